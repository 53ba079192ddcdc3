import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { familyOf } from "./running-stack.ts";

/** Loopback as /proc/net writes it: 127.0.0.1, ::1, and 127.0.0.1 in the form of IPv6. */
const loopback = ["0100007F", `${"0".repeat(24)}01000000`, "0000000000000000FFFF00000100007F"];
/** "Nobody": what a listening socket has as its other end. */
const nobody = /^0+$/;

/** Sockets that a process and its descendants have beyond this machine: their addresses in hex, with who has them. */
export function strangersOf(pid: number): string[] {
  const sockets = new Map<string, string>();
  for (const table of ["tcp", "tcp6", "udp", "udp6"]) {
    for (const line of readFileSync(`/proc/net/${table}`, "utf8").split("\n").slice(1)) {
      const [, local = "", remote = "", , , , , , , inode] = line.trim().split(/\s+/);
      if (inode === undefined) continue;
      const [from = "", to = ""] = [local, remote].map((address) => address.split(":")[0]);
      const isLocal = loopback.includes(from) && (loopback.includes(to) || nobody.test(to));
      if (!isLocal) sockets.set(`socket:[${inode}]`, `${table} ${local} -> ${remote}`);
    }
  }
  return familyOf(pid).flatMap(({ pid: member, commandLine }) =>
    openFiles(member).flatMap((file) => {
      const address = sockets.get(file);
      return address === undefined ? [] : [`${commandLine.replaceAll("\0", " ")}: ${address}`];
    }),
  );
}

function openFiles(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`));
  } catch {
    // It has ended, or closed a file, in the meantime.
    return [];
  }
}
