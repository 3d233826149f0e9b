// What a board runs at its start. init.lua is the same for every app, short and hardly ever changed; boot.lua is made for
// the app. They are two files because a file cannot be replaced on flash without a moment in which it is missing: init.lua
// finishes what was cut off in such a moment, so it must not be the file that is missing.
import { type ConsoleModule, open } from "./firmware";
import { becomesGood, load } from "./image";
import { BOOTS, JOURNAL } from "./marks";
import { add, number } from "./numbers";
import { KEY_SECONDS, LASTING_SECONDS, MOST_BOOTS, NOT_STARTED, STOPPED } from "./words";

declare const console: ConsoleModule | undefined;
type Loaders = ((this: void, name: string) => unknown)[];
/** Lua 5.1 and 5.3 call the list differently. @customName package */
declare const packages: { readonly loaders?: Loaders; readonly searchers: Loaders };

/** init.lua: finishes a deployment that was cut off, then boots. */
export function init(): void {
  if (file.exists(JOURNAL)) dofile(JOURNAL);
  dofile("boot.lua");
}

/** Counts this start until it has lasted. */
function count(store: boolean, lua53: boolean): void {
  add(BOOTS);
  tmr.create().alarm(LASTING_SECONDS * 1000, tmr.ALARM_SINGLE, () => {
    file.remove(BOOTS);
    if (store) becomesGood(lua53);
  });
}

/** Joins the network, in the chip's way, and prints the address if somebody reads it. @param ssid undefined: as the board was set up */
function join(tells: boolean, ssid: string | undefined, password: string | undefined): void {
  if (!wifi) return;
  const { sta } = wifi;
  const ready = (ip: string) => {
    if (tells) print("http://" + ip + "/");
  };
  const { eventmon } = wifi;
  if (eventmon) {
    eventmon.register(eventmon.STA_GOT_IP, (event) => {
      ready(event.IP);
    });
    wifi.setmode!(wifi.STATION);
    if (ssid) (sta as wifi.Station).config({ ssid, pwd: password!, save: false });
    else {
      const [ip] = (sta as wifi.Station).getip();
      if (ip) ready(ip);
    }
  } else {
    wifi.mode!(wifi.STATION);
    (sta as wifi.Esp32Station).on("got_ip", (_, event) => {
      ready(event.ip);
    });
    wifi.start!();
    if (ssid) sta.config({ ssid, pwd: password! });
    sta.connect();
  }
}

/**
 * Runs what loads a module or app. An error is printed once, with the traceback by which npm run flash knows that the start went
 * wrong, or with what a lack of memory is about.
 * @param peak heap that loading takes, where it is known [bytes]
 */
function attempt(name: string, peak: number | undefined, run: (this: void) => void): boolean | undefined {
  const heap = node.heap();
  const [ok, message] = xpcall(run, debug.traceback);
  if (ok) return true;
  print(message);
  if (!string.find(tostring(message), "not enough memory")[0]) return;
  const source = open(name, "r") || open(name + ".lc", "r") || open(name + ".lua", "r");
  const size = source && source.seek("end");
  if (source) source.close();
  print(
    name +
      (size ? " (" + size + " bytes)" : "") +
      ": " +
      heap +
      " bytes of heap were free" +
      (peak ? ", and loading it takes about " + peak : "") +
      "; code in flash (LFS) takes least, bytecode less than source",
  );
  return;
}

/**
 * boot.lua.
 * @param app its file on the board; in the store the module
 * @param appPeak heap that loading it takes, where it is known [bytes]
 * @param httpserver it is required before the app
 * @param httpserverPeak heap that loading it takes, where it is known [bytes]
 * @param store some of it is in the Lua flash store
 * @param appInStore the app is
 * @param lua53 the firmware's Lua is 5.3, whose images have another form
 * @param serial somebody is at the serial port, who may press a key and reads the address; else the app starts at once
 */
export function boot(
  app: string,
  appPeak: number | undefined,
  httpserver: boolean,
  httpserverPeak: number | undefined,
  store: boolean,
  appInStore: boolean,
  lua53: boolean,
  serial: boolean,
  ssid: string | undefined,
  password: string | undefined,
): void {
  if (store && load(lua53)) return;
  const start = () => {
    const starts = number(BOOTS);
    if (starts >= MOST_BOOTS) {
      print(
        NOT_STARTED +
          ": its last " +
          starts +
          " starts did not last " +
          LASTING_SECONDS +
          " s; reason of this restart:",
        ...node.bootreason(),
      );
      print('to try again: file.remove("' + BOOTS + '") node.restart()');
      return;
    }
    count(store, lua53);
    if (node.egc) node.egc.setmode(node.egc.ON_ALLOC_FAILURE);
    if (store) (packages.loaders || packages.searchers)[2] = (name) => node.LFS && node.LFS.get(name);
    if (
      httpserver &&
      !attempt("httpserver", httpserverPeak, () => {
        require("httpserver");
      })
    )
      return;
    join(serial, ssid, password);
    // in a task of its own, so that the code of this file is garbage by then
    node.task.post(() => {
      attempt(app, appPeak, () => {
        if (appInStore)
          assert(node.LFS && node.LFS.get(app), "there is no " + app + " in the Lua flash store")(app);
        else dofile(app);
      });
    });
  };
  if (!serial) {
    node.task.post(start);
    return;
  }
  let stop = false;
  print("press a key within " + KEY_SECONDS + " s for the prompt");
  const on = ((console && console.on) || uart.on) as ConsoleModule["on"];
  (on as (this: void, event: string, length: number, handler: () => void, toConsole: 0) => void)(
    "data",
    0,
    () => {
      stop = true;
    },
    0,
  );
  if (console) console.mode(console.NONINTERACTIVE);
  tmr.create().alarm(KEY_SECONDS * 1000, tmr.ALARM_SINGLE, () => {
    on("data", 0, undefined);
    if (console) console.mode(console.INTERACTIVE);
    if (stop) print(STOPPED);
    else start();
  });
}
