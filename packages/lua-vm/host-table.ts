// The order in which luac.cross puts strings into an image is that of next() over a table of its own Lua, into which it has put them
// one after the other. That Lua grows a table in place (app/lua/ltable.c: newkey, resize_hashpart, move_node), other than PUC's, so
// the order is another one too. A board works with any order; with this one our images are those of luac.cross byte for byte.

interface Node {
  /** The key's place in the order of insertion; undefined in a free node. */
  key: number | undefined;
  /** The next node of the chain; -1 at its end. */
  next: number;
}

/**
 * Finds the order in which luac.cross writes strings into an image.
 * @param hashes of different strings, in the order in which they are put into the table
 * @returns their indices in the order of next()
 */
export function tableOrder(hashes: readonly number[]): number[] {
  const nodes: Node[] = [];
  /** Free nodes are searched from here downwards. */
  let lastFree = 0;
  const home = (key: number) => hashes[key]! & (nodes.length - 1);
  const freeNode = (): number => {
    while (lastFree-- > 0) if (nodes[lastFree]!.key === undefined) return lastFree;
    return -1;
  };
  /** The node of a chain that points to another one; -1 if none does. */
  const before = (start: number, node: number): number => {
    let at = start;
    while (at >= 0 && nodes[at]!.next !== node) at = nodes[at]!.next;
    return at;
  };

  /** @returns false if another key has come to the node, which is to be moved in its turn */
  const move = (at: number): boolean => {
    const node = nodes[at]!;
    const main = home(node.key!);
    if (main === at || before(main, at) >= 0) return true;
    const there = nodes[main]!;
    if (there.key === undefined) {
      nodes[main] = { key: node.key, next: -1 };
      nodes[at] = { key: undefined, next: -1 };
      return true;
    }
    const otherMain = home(there.key);
    if (otherMain !== main) {
      const previous = before(otherMain, main);
      if (previous >= 0) nodes[previous]!.next = at;
      const moved = { ...nodes[at]! };
      nodes[at] = { ...nodes[main]! };
      nodes[main] = moved;
      return previous >= 0;
    }
    node.next = there.next;
    there.next = at;
    return true;
  };

  const grow = (count: number) => {
    const size = 2 ** Math.ceil(Math.log2(count));
    for (const node of nodes) node.next = -1;
    while (nodes.length < size) nodes.push({ key: undefined, next: -1 });
    lastFree = size;
    for (let at = 0; at < size; at++) if (nodes[at]!.key !== undefined) while (!move(at));
  };

  const insert = (key: number): void => {
    let at = nodes.length === 0 ? -1 : home(key);
    if (at < 0 || nodes[at]!.key !== undefined) {
      const free = freeNode();
      if (free < 0) {
        grow(nodes.filter((node) => node.key !== undefined).length + 1);
        insert(key);
        return;
      }
      const main = nodes[at]!;
      const otherMain = home(main.key!);
      if (otherMain !== at) {
        nodes[before(otherMain, at)]!.next = free;
        nodes[free] = { ...main };
        nodes[at] = { key: undefined, next: -1 };
      } else {
        nodes[free]!.next = main.next;
        main.next = free;
        at = free;
      }
    }
    nodes[at]!.key = key;
  };

  for (let key = 0; key < hashes.length; key++) insert(key);
  return nodes.flatMap(({ key }) => (key === undefined ? [] : [key]));
}
