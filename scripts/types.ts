// nodemcu types: whether the types of a project are right.
import { Option } from "commander";
import { verb } from "../packages/command/verb.ts";

export const command = verb(
  "types",
  "Checks the types of an app and of its tests, as the editor does. (Start, build and flash check those of the app, too.)",
  {
    examples: [
      ["nodemcu types", "the app of this folder"],
      [
        "nodemcu types --print esp32",
        "the lines that a TypeScriptToLua project of yours needs for the declarations",
      ],
    ],
  },
)
  .option("--app <folder>", "the app", ".")
  .addOption(
    new Option("--print <chip>", "print the lines of a tsconfig.json that name the declarations").choices([
      "esp8266",
      "esp32",
      "portable",
    ]),
  )
  .action(async ({ app, print }) => {
    const { checkTypes, typeLines } = await import("../packages/image/types.ts");
    if (print === undefined) checkTypes(app);
    else console.log(typeLines(print));
  });
