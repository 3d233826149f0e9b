// How functions, callbacks and methods are declared, so that they compile to the right kind of call.
import { strict as assert } from "node:assert";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import * as ts from "typescript";
import { body, check, typesFolder } from "./project.ts";

const own = (name: string) => name.endsWith(".d.ts") && name !== "httpserver.d.ts";
const files = [
  ...readdirSync(typesFolder).filter(own),
  ...readdirSync(path.join(typesFolder, "lua")).map((name) => `lua/${name}`),
];

const thisOf = (node: ts.SignatureDeclaration): string | undefined => {
  const first = node.parameters[0];
  return first && first.name.getText() === "this" ? first.type?.getText() : undefined;
};

/** Modules and their tables are interfaces of functions; these are interfaces of methods. */
function isObject(node: ts.InterfaceDeclaration): boolean {
  return node.members.some((member) => ts.isMethodSignature(member) && thisOf(member) === undefined);
}

describe("shape of the declarations", () => {
  for (const name of files) {
    it(`${name}: functions and callbacks have no self`, () => {
      const source = ts.createSourceFile(
        name,
        readFileSync(path.join(typesFolder, name), "utf8"),
        ts.ScriptTarget.ESNext,
        true,
      );
      const wrong: string[] = [];
      const at = (node: ts.Node) =>
        `${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}: ${node.getText().split("\n")[0]}`;
      const visit = (node: ts.Node): void => {
        const free =
          ts.isFunctionTypeNode(node) ||
          ts.isFunctionDeclaration(node) ||
          ts.isCallSignatureDeclaration(node);
        // Metamethods and the like of the Lua library name what they are called on.
        const good = free && (name.startsWith("lua/") ? thisOf(node) !== undefined : thisOf(node) === "void");
        if (free && !good) wrong.push(at(node));
        if (ts.isInterfaceDeclaration(node)) {
          const methods = node.members.filter(ts.isMethodSignature);
          const withSelf = methods.filter((method) => thisOf(method) !== "void");
          // An interface is a table of functions or an object with methods, never both.
          if (isObject(node) && withSelf.length < methods.length) wrong.push(at(node));
          for (const method of withSelf) if (thisOf(method)?.includes("void")) wrong.push(at(method));
        }
        ts.forEachChild(node, visit);
      };
      visit(source);
      assert.deepEqual(wrong, []);
    });

    it(`${name}: declares types only, one namespace`, () => {
      const source = ts.createSourceFile(
        name,
        readFileSync(path.join(typesFolder, name), "utf8"),
        ts.ScriptTarget.ESNext,
        true,
      );
      const module = path.basename(name, ".d.ts");
      if (name.startsWith("lua/") || ["firmware", "esp8266", "esp32", "portable"].includes(module)) return;
      assert.equal(source.statements.length, 1);
      const [statement] = source.statements;
      assert.ok(statement && ts.isModuleDeclaration(statement));
      assert.equal(statement.name.text, module === "bit" ? "bit_" : module);
      assert.ok(statement.body && ts.isModuleBlock(statement.body));
      for (const inner of statement.body.statements) {
        assert.ok(
          ts.isInterfaceDeclaration(inner) || ts.isTypeAliasDeclaration(inner),
          inner.getText().slice(0, 80),
        );
      }
    });
  }

  it("a server on a port, a handler with and without self", () => {
    const texts = {
      server: `net.createServer(30).listen(80, (sock) => {
  sock.on("receive", (s, data) => {
    print(data);
    s?.send("x");
  });
});`,
      bits: "print(bit_.band(6, 3));",
      format: `print(stringFormat("%d-%d", [1, 2]));`,
      several: "const [code, reason] = node.bootreason(); print(code, reason);",
      method: `const send = (sock: net.TcpSocket, text: string) => sock.send(text); print(send);`,
    };
    for (const noImplicitSelf of [true, false]) {
      const { messages, lua } = check("esp8266", texts, { emit: true, noImplicitSelf });
      assert.deepEqual(messages, []);
      assert.equal(
        body(lua.server ?? ""),
        `net.createServer(30):listen(
    80,
    function(sock)
        sock:on(
            "receive",
            function(s, data)
                print(data)
                if s ~= nil then
                    s:send("x")
                end
            end
        )
    end
)`,
      );
      assert.equal(body(lua.bits ?? ""), "print(bit.band(6, 3))");
      assert.equal(body(lua.format ?? ""), `print("%d-%d" % ({1, 2}))`);
      assert.equal(body(lua.several ?? ""), "local code, reason = node.bootreason()\nprint(code, reason)");
      assert.match(body(lua.method ?? ""), /return sock:send\(text\)/);
    }
  });
});
