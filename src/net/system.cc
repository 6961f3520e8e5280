#include "net/system.h"

#include <uv.h>

#include <memory>

#include "net/errors.h"

namespace ue::net {

namespace {

SockAddr address_of(const void* native) {
    const auto* any = static_cast<const sockaddr*>(native);
    const size_t size = any->sa_family == AF_INET6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in);
    const auto found = SockAddr::from_native(native, size);
    return found ? found.value() : SockAddr();
}

double seconds(const uv_timeval_t& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
}

}  // namespace

Expected<std::string> hostname() {
    char name[UV_MAXHOSTNAMESIZE];
    size_t size = sizeof name;
    const int status = uv_os_gethostname(name, &size);
    if (status) return uv_error(status);
    return std::string(name, size);
}

Expected<SystemName> uname() {
    uv_utsname_t name;
    const int status = uv_os_uname(&name);
    if (status) return uv_error(status);
    return SystemName{name.sysname, name.release, name.version, name.machine};
}

Expected<uint64_t> resident_memory() {
    size_t bytes = 0;
    const int status = uv_resident_set_memory(&bytes);
    if (status) return uv_error(status);
    return uint64_t{bytes};
}

uint64_t free_memory() {
    return uv_get_free_memory();
}
uint64_t total_memory() {
    return uv_get_total_memory();
}

Expected<std::vector<Interface>> interfaces() {
    uv_interface_address_t* rows = nullptr;
    int count = 0;
    const int status = uv_interface_addresses(&rows, &count);
    if (status) return uv_error(status);
    std::vector<Interface> out;
    for (int i = 0; i < count; ++i) {
        const auto& row = rows[i];
        out.push_back({row.name, std::string(row.phys_addr, sizeof row.phys_addr), row.is_internal != 0,
                       address_of(&row.address), address_of(&row.netmask)});
    }
    uv_free_interface_addresses(rows, count);
    return out;
}

Expected<std::vector<Cpu>> cpus() {
    uv_cpu_info_t* rows = nullptr;
    int count = 0;
    const int status = uv_cpu_info(&rows, &count);
    if (status) return uv_error(status);
    std::vector<Cpu> out;
    for (int i = 0; i < count; ++i) {
        const auto& times = rows[i].cpu_times;
        out.push_back({rows[i].model, static_cast<uint64_t>(rows[i].speed), times.user, times.nice, times.sys,
                       times.idle, times.irq});
    }
    uv_free_cpu_info(rows, count);
    return out;
}

Expected<Usage> usage() {
    uv_rusage_t r;
    const int status = uv_getrusage(&r);
    if (status) return uv_error(status);
    return Usage{seconds(r.ru_utime), seconds(r.ru_stime), r.ru_maxrss, r.ru_ixrss,   r.ru_idrss,   r.ru_isrss,
                 r.ru_minflt,         r.ru_majflt,         r.ru_nswap,  r.ru_inblock, r.ru_oublock, r.ru_msgsnd,
                 r.ru_msgrcv,         r.ru_nsignals,       r.ru_nvcsw,  r.ru_nivcsw};
}

const char* guess_type(int fd) {
    switch (uv_guess_handle(fd)) {
        case UV_TTY:
            return "tty";
        case UV_FILE:
            return "fs";
        case UV_NAMED_PIPE:
            return "pipe";
        case UV_UDP:
            return "udp";
        case UV_TCP:
            return "tcp";
        default:
            return "unknown";
    }
}

}  // namespace ue::net
