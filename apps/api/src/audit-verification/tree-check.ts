import { MerkleFrontier, type NodeSink } from '../audit-proof/merkle-tree.js';
import type { Findings } from './finding.js';
import { findReordered, findTakenOut, grown, type Section, type TreeLeaf } from './tree-section.js';

/** What a checkpoint states about the tree. */
export interface SealedHead {
  seq: number;
  size: number;
  root: Buffer;
  /** `MerkleFrontier.serialize()` of this size, if stored; used only if its root is the signed one */
  frontier?: Buffer;
}

/** How many broken sections are searched for another order of leaves, and how many leaves such a section may have. */
const MAX_REORDERED_SECTIONS = 5;
const MAX_REORDERED_LEAVES = 2_000;
/**
 * Maximum number of leaves of one section that are kept. A sealer makes no larger sections; for a larger one only the
 * root is checked.
 */
const MAX_KEPT = 100_000;

/**
 * Rebuilds the tree, leaf by leaf, and compares it with every checkpoint. If a root does not match, it looks for a
 * provable explanation. It then goes on from the next checkpoint whose frontier is stored.
 */
export class TreeCheck {
  private frontier: MerkleFrontier | undefined = new MerkleFrontier();
  /** `frontier` as it was at `begin`, the size of the last checkpoint reached */
  private edge = new MerkleFrontier().serialize();
  private begin = 0;
  /** the leaves since then (only the first ones if there are too many), and their number */
  private leaves: TreeLeaf[] = [];
  private count = 0;
  /** number of leaves so far, by their own indexes */
  private reached = 0;
  private next: SealedHead | undefined;
  private last: SealedHead | undefined;
  /** the section of the previous checkpoint, if its leaves do not give the signed root and the cause is not known yet */
  private broken: Section | undefined;
  private reordered = 0;
  private started = false;
  private intact = true;
  /** why the leaves end before the checkpoints do, if this is not tampering */
  private olderReason: string | undefined;

  /**
   * @param heads in the order of their numbers; sizes never shrink
   * @param options.claimed number of leaves at the start of the export, as the export itself states
   * @param options.completed called with each complete subtree
   */
  constructor(
    private readonly heads: AsyncIterator<SealedHead>,
    private readonly findings: Findings,
    private readonly options: { claimed?: number | undefined; completed?: NodeSink | undefined } = {},
  ) {}

  /** Whether all leaves are the sealed ones, as far as checkpoints reach. */
  get isIntact(): boolean {
    return this.intact;
  }

  get olderThanCheckpoints(): string | undefined {
    return this.olderReason;
  }

  /** Number of leaves that the checkpoints cover; known once all leaves have come. */
  get sealedSize(): number {
    return this.last?.size ?? 0;
  }

  async leaf(index: number, leaf: TreeLeaf): Promise<void> {
    if (!this.started) await this.advance();
    if (index !== this.reached) this.misnumbered(index);
    this.reached = index + 1;
    if (this.next === undefined) return;
    this.take(leaf);
    while (this.next !== undefined && this.isFull(this.next)) await this.close(this.next);
  }

  /**
   * Adds the leaf if that completes no checkpoint, without waiting. Returns false, and changes nothing, if it must go
   * through {@link leaf}. Almost all leaves are added here.
   */
  addIfOpen(index: number, leaf: TreeLeaf): boolean {
    const next = this.next;
    if (next === undefined || this.frontier === undefined || index !== this.reached) return false;
    if (this.begin + this.count + 1 >= next.size) return false;
    this.reached = index + 1;
    this.take(leaf);
    return true;
  }

  private take(leaf: TreeLeaf): void {
    if (this.frontier === undefined) return;
    this.frontier.append(leaf.hash, this.options.completed);
    this.count += 1;
    if (this.leaves.length < MAX_KEPT) this.leaves.push(leaf);
  }

  /**
   * Call it after the last leaf.
   *
   * @returns number of leaves that no checkpoint covers
   */
  async end(): Promise<number> {
    if (!this.started) await this.advance();
    const next = this.next;
    if (next !== undefined) {
      const reached = this.reached;
      while (this.next !== undefined) await this.advance();
      this.cut(next, reached);
    } else {
      this.tellBroken();
    }
    return Math.max(this.reached - this.sealedSize, 0);
  }

  private isFull(next: SealedHead): boolean {
    return this.frontier === undefined ? this.reached >= next.size : this.begin + this.count >= next.size;
  }

  /** Goes on to the next checkpoint that adds leaves. Checkpoints that add none must state the same root. */
  private async advance(): Promise<void> {
    this.started = true;
    for (;;) {
      const { value, done } = await this.heads.next();
      if (done === true) {
        this.next = undefined;
        return;
      }
      const head: SealedHead = value;
      const before = this.last;
      this.last = head;
      this.next = head;
      const [size, root] =
        before === undefined ? [0, new MerkleFrontier().root()] : [before.size, before.root];
      if (head.size > size) return;
      if (!head.root.equals(root)) {
        this.findings.add(
          'checkpoint forged',
          `checkpoint ${head.seq} has another root than the one before it, for the same ${size} records`,
        );
      }
    }
  }

  private async close(head: SealedHead): Promise<void> {
    const surplus = this.begin + this.count - head.size;
    const root = this.frontier?.root();
    if (root !== undefined && surplus === 0 && root.equals(head.root)) {
      this.tellBroken();
      this.goOn(head, this.frontier, []);
      await this.advance();
      return;
    }
    this.intact = false;
    if (root !== undefined && this.broken !== undefined && this.closeShifted(head, this.broken)) {
      // reported already
    } else if (root !== undefined && this.closeReordered(head)) {
      this.tellBroken();
    } else {
      this.tellBroken();
      if (root !== undefined) this.broken = this.section(head);
      // After the gap at which the tree was lost, the next leaf must be the first one after this checkpoint.
      const resumable = root !== undefined || head.size === this.reached;
      this.goOn(head, resumable ? keptFrontier(head) : undefined, []);
    }
    await this.advance();
  }

  private goOn(head: SealedHead, frontier: MerkleFrontier | undefined, leaves: TreeLeaf[]): void {
    this.begin = head.size;
    this.edge = frontier?.serialize() ?? this.edge;
    this.frontier = frontier;
    this.leaves = [];
    this.count = 0;
    for (const leaf of leaves) this.take(leaf);
  }

  /** Leaves were removed from the previous section, and all later leaves have moved up. */
  private closeShifted(head: SealedHead, broken: Section): boolean {
    const found = findTakenOut(this.edge, broken, this.section(head), head.root);
    if (found === undefined) return false;
    this.broken = undefined;
    this.tellTakenOut(found.taken, broken);
    this.goOn(head, found.frontier, found.surplus);
    return true;
  }

  private closeReordered(head: SealedHead): boolean {
    if (this.count > MAX_REORDERED_LEAVES || this.reordered >= MAX_REORDERED_SECTIONS) return false;
    this.reordered += 1;
    const found = findReordered(this.edge, this.section(head), head.root);
    if (found === undefined) return false;
    const { frontier, moved } = found;
    this.findings.add(
      'order changed',
      `${moved.length} records from leaf ${moved[0]?.index} on are in another order than sealed, among them ${moved[0]?.id}`,
    );
    this.goOn(head, frontier, []);
    return true;
  }

  private section({ size }: SealedHead): Section {
    return { begin: this.begin, end: size, leaves: this.leaves };
  }

  /** A leaf with another index than expected. */
  private misnumbered(index: number): void {
    const due = this.reached;
    this.intact = false;
    if (index < due) {
      this.findings.add('order changed', `leaf ${index} comes after leaf ${due - 1}`);
    } else if (due === 0) {
      this.findings.add('head cut', `the first ${index} records, and their leaves, are gone`);
    } else {
      this.findings.add('record missing', `leaves ${due} to ${index - 1}, and their records, are gone`);
    }
    this.frontier = undefined;
    this.leaves = [];
    this.count = 0;
  }

  /** The leaves end before the checkpoints do. */
  private cut(next: SealedHead, reached: number): void {
    const { sealedSize } = this;
    const short = sealedSize - reached;
    const broken = this.broken;
    const { claimed } = this.options;
    if (broken === undefined && this.intact && claimed !== undefined && reached >= claimed) {
      this.olderReason =
        `the checkpoints are newer than the export: they cover ${sealedSize} records, but the export ends after ${reached}. ` +
        'Take the checkpoints first and then export, or export again';
      return;
    }
    this.intact = false;
    if (broken !== undefined && next === this.last) {
      const all = [...broken.leaves.slice(-short), ...this.leaves];
      if (short <= broken.leaves.length && grown(this.edge, all).root().equals(next.root)) {
        this.broken = undefined;
        this.tellTakenOut(short, broken);
        return;
      }
    }
    this.tellBroken();
    this.findings.add(
      'tail cut',
      `the log ends after ${reached} sealed records, but the checkpoints cover ${sealedSize}: the last ${short} are gone`,
    );
  }

  private tellTakenOut(taken: number, { begin, end }: Section): void {
    this.findings.add(
      'record missing',
      `${taken} of leaves ${begin} to ${end - 1}, with their records, are gone, and all that follow were renumbered`,
    );
  }

  /** Reports the broken section without a cause, because none was found. */
  private tellBroken(): void {
    const broken = this.broken;
    if (broken === undefined) return;
    this.broken = undefined;
    this.findings.add(
      'record edited',
      `the records of leaves ${broken.begin} to ${broken.end - 1} are not those that were sealed: one or more was edited or exchanged, ` +
        `and its leaf with it${this.frontier === undefined ? '; later records could not be compared with the checkpoints' : ''}`,
    );
  }
}

/** The frontier stored with a checkpoint, if it gives the signed root. */
function keptFrontier({ size, root, frontier }: SealedHead): MerkleFrontier | undefined {
  if (frontier === undefined) return undefined;
  try {
    const kept = MerkleFrontier.parse(frontier);
    return kept.size === size && kept.root().equals(root) ? kept : undefined;
  } catch {
    return undefined;
  }
}
