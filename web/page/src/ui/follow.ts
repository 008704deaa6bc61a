/** How near the end one has to be for the view to follow it, in pixels. */
const NEAR = 80;

/**
 * Keeps the end of something in view while it grows, for as long as its reader wants that: whoever
 * scrolls up stays there, and whoever comes back to the end is taken along again.
 */
export class Follow {
  readonly #scroller: HTMLElement;
  readonly #onChange: (following: boolean) => void;
  #following = true;
  #touchY = 0;

  /** @param onChange told when following begins or ends */
  constructor(scroller: HTMLElement, onChange: (following: boolean) => void) {
    this.#scroller = scroller;
    this.#onChange = onChange;
    scroller.addEventListener('wheel', (e) => e.deltaY < 0 && this.#leave(), { passive: true });
    scroller.addEventListener('touchstart', (e) => (this.#touchY = e.touches[0]?.clientY ?? 0), { passive: true });
    scroller.addEventListener('touchmove', (e) => (e.touches[0]?.clientY ?? 0) > this.#touchY + 4 && this.#leave(), {
      passive: true,
    });
    scroller.addEventListener('keydown', (e) => {
      const typing = e.target instanceof HTMLTextAreaElement || e.target instanceof HTMLInputElement;
      if (!typing && ['ArrowUp', 'PageUp', 'Home'].includes(e.key)) {
        this.#leave();
      }
    });
    let before = scroller.scrollTop;
    scroller.addEventListener(
      'scroll',
      () => {
        // By the scroll bar, or by a search in the page: upwards on purpose, or back at the end.
        const upwards = scroller.scrollTop < before - 2;
        before = scroller.scrollTop;
        if (!this.#following && this.#distance() < 24) {
          this.#set(true);
        } else if (this.#following && upwards && this.#distance() > NEAR) {
          this.#leave();
        }
      },
      { passive: true },
    );
    const sizes = new ResizeObserver(() => this.#following && this.#toEnd());
    sizes.observe(scroller);
    for (const child of scroller.children) {
      sizes.observe(child);
    }
  }

  /** Goes to the end and follows it from there. */
  jump(): void {
    this.#set(true);
    this.#toEnd();
  }

  #leave(): void {
    if (this.#scroller.scrollHeight > this.#scroller.clientHeight + 1) {
      this.#set(false);
    }
  }

  #distance(): number {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    return scrollHeight - scrollTop - clientHeight;
  }

  #toEnd(): void {
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
  }

  #set(following: boolean): void {
    if (this.#following !== following) {
      this.#following = following;
      this.#onChange(following);
    }
  }
}
