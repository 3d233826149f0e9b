// The rate of the line, changed at both ends.
import { agentLines } from "../image/agent.ts";
import type { Capabilities } from "./board.ts";
import { type BoardConsole, LuaFailure, NoAnswer } from "./console.ts";

/** For the board's last words at the old rate, and for its UART to settle [ms]. */
const SETTLING = 150;
/** The board goes back to the old rate by itself unless it hears from us at the new one within this time [ms]. */
const TRIAL = 1500;

/** Whether the board's Lua can change its console's rate: newer firmware for ESP32 has consoles that are no UART. */
export function canChangeBaud(can: Capabilities): boolean {
  return can.raw === "uart";
}

/** Switches both ends to a faster rate. @returns whether the line works there; if not, it is at the old rate again */
export async function raiseBaud(console: BoardConsole, from: number, to: number): Promise<boolean> {
  await console.send(`${agentLines("tryRate", from, to, TRIAL).replaceAll("\n", " ")}\n`);
  await console.sleep(SETTLING);
  await console.link.setBaud(to);
  try {
    await console.prompt(1000);
    await console.run(agentLines("keepRate"));
    return true;
  } catch (error) {
    if (!(error instanceof NoAnswer) && !(error instanceof LuaFailure)) throw error;
    await console.link.setBaud(from);
    await console.sleep(TRIAL + 100);
    await console.prompt(5000);
    return false;
  }
}

/** Brings both ends to `rate`, from a prompt at another one. @throws NoAnswer */
export async function setBaud(console: BoardConsole, rate: number): Promise<void> {
  await console.send(`\n${agentLines("setRate", rate)}\n`);
  await console.sleep(SETTLING);
  await console.link.setBaud(rate);
  await console.prompt(5000);
}
