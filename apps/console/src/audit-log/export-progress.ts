/** How far it is: by time within the range, or by position in the whole log. */
export class ExportProgress {
  private records = 0;
  private bytes = 0;
  private part: number | undefined;
  private size: number | undefined;
  private rest = '';
  private readonly decoder = new TextDecoder();

  constructor(private readonly range: { from?: string; to?: string }) {}

  get shown() {
    return { records: this.records, bytes: this.bytes, part: this.part };
  }

  add(part: Uint8Array): void {
    this.bytes += part.length;
    const lines = `${this.rest}${this.decoder.decode(part, { stream: true })}`.split('\n');
    this.rest = lines.pop() ?? '';
    for (const line of lines) {
      const size = /^\{"export":.*"checkpoint":\{"seq":\d+,"size":(\d+)/.exec(line)?.[1];
      if (size !== undefined) this.size = Number(size);
      if (!line.startsWith('{"export":')) this.records += 1;
    }
    const last = lines.at(-1) ?? '';
    const position = /"leafIndex":(\d+)/.exec(last)?.[1];
    const at = /"occurredAt":"([^"]+)"/.exec(last)?.[1];
    if (this.range.from !== undefined && at !== undefined) {
      const [from, to] = [
        Date.parse(this.range.from),
        this.range.to === undefined ? Date.now() : Date.parse(this.range.to),
      ];
      // With a filter the newest comes first.
      this.part = (to - Date.parse(at)) / (to - from);
    } else if (this.size !== undefined && position !== undefined)
      this.part = (Number(position) + 1) / this.size;
  }
}
