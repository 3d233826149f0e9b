// The DNS servers that a board knows, as net.dns sets and gets them. Names are looked up by the computer, whatever they are.
import type { LuaVm } from "../../lua-vm/vm/lua.ts";
import { ANY_ADDRESS } from "../network/lwip.ts";
import { pushValues, raise } from "./binding.ts";
import { parseAddress } from "./net-arguments.ts";

export class DnsServers {
  readonly #vm: LuaVm;
  readonly #addresses: string[];

  /** @param count how many the chip's lwIP has room for */
  constructor(vm: LuaVm, count: number) {
    this.#vm = vm;
    this.#addresses = ["192.168.4.1", ...new Array<string>(count - 1).fill(ANY_ADDRESS)];
  }

  /** net.dns.setdnsserver */
  set(L: number): number {
    const address = parseAddress(this.#vm.checkString(L, 1));
    if (address === undefined || address === ANY_ADDRESS) raise("invalid dns server ip");
    this.#addresses[this.#index(L, 2)] = address;
    return 0;
  }

  /** net.dns.getdnsserver */
  get(L: number): number {
    const address = this.#addresses[this.#index(L, 1)]!;
    return pushValues(this.#vm, L, [address === ANY_ADDRESS ? undefined : address]);
  }

  #index(L: number, index: number): number {
    const number = this.#vm.optionalInteger(L, index, 0);
    const last = this.#addresses.length - 1;
    if (number < 0 || number > last) raise(`server index out of range [0-${last}]`);
    return number;
  }
}
