import { Component, type ComponentChild } from "preact";

const SIZE = 32;

interface Props<T> {
  of: readonly T[];
  node: (each: T) => ComponentChild;
  /** Wraps each group in an element. Without it, groups have no element. */
  around?: (nodes: ComponentChild[]) => ComponentChild;
}

/**
 * A long list of nodes, in groups. While it grows at its end, only the last group is compared, so
 * the thousandth node costs as little as the first. The same object is not rendered again.
 */
export function Groups<T extends object>({ of, ...rest }: Props<T>) {
  const groups = Array.from({ length: Math.ceil(of.length / SIZE) }, (_, index) => (
    <Group key={index} of={of.slice(index * SIZE, (index + 1) * SIZE)} {...rest} />
  ));
  return <>{groups}</>;
}

class Group<T extends object> extends Component<Props<T>> {
  readonly #nodes = new WeakMap<T, ComponentChild>();

  override shouldComponentUpdate({ of }: Props<T>): boolean {
    return of.length !== this.props.of.length || of.some((each, at) => each !== this.props.of[at]);
  }

  override render({ of, node, around = (nodes) => nodes }: Props<T>) {
    return around(of.map((each) => this.#node(each, node)));
  }

  #node(each: T, node: Props<T>["node"]): ComponentChild {
    const rendered = this.#nodes.get(each) ?? node(each);
    this.#nodes.set(each, rendered);
    return rendered;
  }
}
