/** A file that cannot be read to its end: nothing of it is imported. The message says where, and what to do. */
export class UnreadableFile extends Error {
  constructor(message: string) {
    super(message);
    this.name = "UnreadableFile";
  }
}
