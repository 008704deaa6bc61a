/** An event as it was on the wire, or what became of the connection. */
export interface WireRow {
  /** The event's number; null for what happened to the connection. */
  seq: number | null;
  /** Milliseconds from the sending of the question. */
  at: number;
  data: string;
}

const MOST_ROWS = 100_000;
const MOST_CHARS = 32 * 1024 * 1024;

/** What came over the wire for one answer in this visit, the newest part of it when it is too much. */
export class WireLog {
  readonly rows: WireRow[] = [];
  /** How many rows were given up. */
  dropped = 0;
  #chars = 0;

  add(row: WireRow): void {
    this.rows.push(row);
    this.#chars += row.data.length;
    if (this.rows.length > MOST_ROWS || this.#chars > MOST_CHARS) {
      const gone = this.rows.splice(0, Math.ceil(this.rows.length / 4));
      this.dropped += gone.length;
      this.#chars -= gone.reduce((sum, { data }) => sum + data.length, 0);
    }
  }
}
