// What the machine and the process can be asked. No loop needed.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"
#include "net/sockaddr.h"

namespace ue::net {

Expected<std::string> hostname();

struct SystemName {
    std::string sysname, release, version, machine;
};
Expected<SystemName> uname();

Expected<uint64_t> resident_memory();  // of the process, bytes
uint64_t free_memory();
uint64_t total_memory();

struct Interface {
    std::string name;
    std::string phys_addr;  // 6 raw bytes
    bool is_internal = false;
    SockAddr address, netmask;
};
Expected<std::vector<Interface>> interfaces();

struct Cpu {
    std::string model;
    uint64_t speed = 0;                                       // MHz
    uint64_t user = 0, nice = 0, sys = 0, idle = 0, irq = 0;  // ms
};
Expected<std::vector<Cpu>> cpus();

struct Usage {
    double utime = 0, stime = 0;  // seconds
    uint64_t maxrss = 0, ixrss = 0, idrss = 0, isrss = 0, minflt = 0, majflt = 0, nswap = 0, inblock = 0, oublock = 0;
    uint64_t msgsnd = 0, msgrcv = 0, nsignals = 0, nvcsw = 0, nivcsw = 0;
};
Expected<Usage> usage();

// "tty", "fs", "pipe", "udp", "tcp" or "unknown".
const char* guess_type(int fd);

}  // namespace ue::net
