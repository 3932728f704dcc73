"""The package `@tidewire/client`: packed, installed by npm into an empty folder, and used by programs of both kinds."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.packages.building import Installed, run_program
from tests.packages.published import dead_links
from tests.processes import ROOT
from tests.services import need_node, need_node_module

pytestmark = pytest.mark.node

_SOURCE = ROOT / "clients" / "javascript"
_PROGRAM = """
import { TidewireClient } from "@tidewire/client";
import { WebSocket } from "ws";

const client = new TidewireClient(process.argv[2], { WebSocket });
client.on("price:BTCUSDT", ({ data }) => {
  console.log(data.symbol, data.price > 0);
  client.disconnect();
});
client.subscribe("price:BTCUSDT");
await client.connect();
"""
_TYPED_PROGRAM = """
import { TidewireClient } from "@tidewire/client";
import { Reconnection } from "@tidewire/client/reconnection";
import type * as protocol from "@tidewire/client/protocol";
import { Trading } from "@tidewire/client/trading";
import { Wallets } from "@tidewire/client/wallets";

const client = new TidewireClient("ws://127.0.0.1:8000/ws");
export const all: [Trading, Wallets, Reconnection] = [new Trading(client), new Wallets(client), new Reconnection({})];
export type Known = keyof typeof protocol;
// @ts-expect-error: its declarations are read, and know that this is no address
new TidewireClient(8000);
"""
_COMPILED = ("--noEmit", "--strict", "--skipDefaultLibCheck", "--module", "nodenext", "--target", "es2022")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which npm has installed the package, and `ws` and React, which programs bring along."""
    need_node()
    folder = tmp_path_factory.mktemp("program")
    others = [need_node_module(name) for name in ("ws", "react")]
    packed = run_program("npm", "pack", "--silent", "--pack-destination", str(folder), at=_SOURCE).strip()
    (folder / "package.json").write_text('{"private": true, "type": "module"}', encoding="utf-8")
    run_program("npm", "install", "--silent", "--offline", f"./{packed}", *map(str, others), at=folder)
    return folder


@pytest.fixture(scope="module")
def package(folder: Path) -> Path:
    """The installed package."""
    return folder / "node_modules" / "@tidewire" / "client"


def _described(package: Path) -> dict[str, Any]:
    described: dict[str, Any] = json.loads((package / "package.json").read_text(encoding="utf-8"))
    return described


def test_a_program_has_prices(folder: Path, demo: Installed) -> None:
    (folder / "program.js").write_text(_PROGRAM, encoding="utf-8")
    assert run_program("node", "program.js", demo.socket_url, at=folder) == "BTCUSDT true\n"


def test_all_that_it_exports_can_be_imported(folder: Path, package: Path) -> None:
    exports = _described(package)["exports"]
    modules = [f"@tidewire/client{name[1:]}" for name, found in exports.items() if "default" in found]
    assert "@tidewire/client/hooks" in modules
    (folder / "all.js").write_text("".join(f'import "{name}";\n' for name in modules), encoding="utf-8")
    assert run_program("node", "all.js", at=folder) == ""


def test_its_types_are_whole(folder: Path) -> None:
    compiler = need_node_module("typescript") / "bin" / "tsc"
    (folder / "program.ts").write_text(_TYPED_PROGRAM, encoding="utf-8")
    assert run_program("node", str(compiler), *_COMPILED, "program.ts", at=folder) == ""


def test_it_brings_its_licence_and_what_its_readme_leads_to(package: Path) -> None:
    assert dead_links(package / "README.md") == []
    assert (package / "LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()
    assert not (package / "tests").exists()


def test_its_lock_tells_its_one_version(package: Path) -> None:
    locked = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert _described(package)["version"] == locked["clients/javascript"]["version"]
