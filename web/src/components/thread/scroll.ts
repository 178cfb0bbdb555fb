import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

const NEAR_PX = 8;

/**
 * Keeps a box scrolled to its end while its content grows, until the person scrolls up.
 * Returns to the end when `live` turns true: the person's own message is being answered.
 */
export function useStickToBottom(live: boolean) {
  const box = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const following = useSignal(true);
  const lastTop = useRef(0);

  const toEnd = () => {
    if (box.current) box.current.scrollTop = box.current.scrollHeight;
  };

  const onScroll = () => {
    if (!box.current) return;
    const { scrollTop, scrollHeight, clientHeight } = box.current;
    if (scrollHeight - scrollTop - clientHeight < NEAR_PX) following.value = true;
    else if (scrollTop < lastTop.current) following.value = false;
    lastTop.current = scrollTop;
  };

  const jump = () => {
    following.value = true;
    toEnd();
  };

  /** The pressed button disappears, so this moves the focus. */
  const jumpByButton = () => {
    jump();
    box.current?.focus({ preventScroll: true });
  };

  useEffect(() => {
    const observer = new ResizeObserver(() => following.peek() && toEnd());
    for (const element of [box.current, content.current]) if (element) observer.observe(element);
    return () => observer.disconnect();
  }, []);

  useEffect(() => {
    if (live) jump();
  }, [live]);

  return { box, content, following: following.value, onScroll, jump: jumpByButton };
}
