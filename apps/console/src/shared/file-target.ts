import { saveBlob } from './download';

/** Where a file of any size goes, part by part. */
export interface FileTarget {
  write: (part: Uint8Array<ArrayBuffer>) => Promise<void>;
  /** Only now the file exists under its name. */
  close: () => Promise<void>;
  discard: () => Promise<void>;
}

declare global {
  interface Window {
    /** Only Chromium has it, and only on https or this machine. */
    showSaveFilePicker?: (options: { suggestedName: string }) => Promise<FileSystemFileHandle>;
  }
}

/**
 * The browser asks where to save, and then writes each part to the disk. A browser that cannot do this keeps the parts
 * in memory until the end.
 *
 * @returns undefined if the reader closes the browser's dialog
 */
export async function chooseFile(name: string): Promise<FileTarget | undefined> {
  if (window.showSaveFilePicker === undefined) return inMemory(name);
  try {
    const handle = await window.showSaveFilePicker({ suggestedName: name });
    const file = await handle.createWritable();
    return {
      write: (part) => file.write(part),
      close: () => file.close(),
      discard: () => file.abort(),
    };
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') return undefined;
    throw error;
  }
}

function inMemory(name: string): FileTarget {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  return {
    write: async (part) => {
      parts.push(part);
    },
    close: async () => saveBlob(name, new Blob(parts)),
    discard: async () => {
      parts.length = 0;
    },
  };
}
