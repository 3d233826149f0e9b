// Lua functions that a module calls when something happens. They are kept in Lua's registry, so that they are not collected.
import { LuaType, type LuaVm } from "../../lua-vm/vm/lua.ts";

/** At most one function for each event. */
export class Callbacks<Event> {
  protected readonly vm: LuaVm;
  readonly #references = new Map<Event, number>();

  constructor(vm: LuaVm) {
    this.vm = vm;
  }

  has(event: Event): boolean {
    return this.#references.has(event);
  }

  /** @returns the registry reference of the function for an event, if there is one */
  get(event: Event): number | undefined {
    return this.#references.get(event);
  }

  /** Puts the function at `index` in place of the one before; with anything else there the event has none. */
  set(L: number, event: Event, index: number): void {
    const old = this.#references.get(event);
    if (old !== undefined) this.vm.unref(old);
    this.#references.delete(event);
    if (this.vm.type(L, index) === LuaType.function) this.#references.set(event, this.vm.ref(L, index));
  }

  /** Lets go of all functions. */
  release(): void {
    for (const reference of this.#references.values()) this.vm.unref(reference);
    this.#references.clear();
  }
}
