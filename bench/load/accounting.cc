#include "accounting.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>

#include "common.h"

namespace bench {

// A file of /proc/PID; false if it may not be read.
static bool slurp(pid_t pid, const char* what, char* buffer, size_t size) {
    char path[64];
    std::snprintf(path, sizeof path, "/proc/%d/%s", int(pid), what);
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    const ssize_t n = fd < 0 ? -1 : read(fd, buffer, size - 1);
    if (fd >= 0) close(fd);
    buffer[n < 0 ? 0 : n] = 0;
    return n > 0;
}

static double seconds_of(const timespec& ts) {
    return double(ts.tv_sec) + double(ts.tv_nsec) / 1e9;
}

// The process's CPU clock counts nanoseconds, and the time of threads that have ended as well.
static double cpu_of(pid_t pid) {
    clockid_t clock;
    timespec ts;
    if (clock_getcpuclockid(pid, &clock) || clock_gettime(clock, &ts))
        die(kBroken, "no CPU clock of process %d: is the server still there?", int(pid));
    return seconds_of(ts);
}

static uint64_t number_after(const char* text, const char* key) {
    const char* at = std::strstr(text, key);
    return at ? std::strtoull(at + std::strlen(key), nullptr, 10) : 0;
}

Usage usage_of(pid_t pid) {
    Usage usage;
    if (!pid) return usage;
    char text[4096];
    usage.cpu = cpu_of(pid);
    if (slurp(pid, "status", text, sizeof text)) usage.rss_kb = double(number_after(text, "VmRSS:"));
    if (slurp(pid, "io", text, sizeof text)) {
        usage.reads = number_after(text, "syscr: ");
        usage.writes = number_after(text, "syscw: ");
    }
    return usage;
}

double own_cpu() {
    timespec ts;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
    return seconds_of(ts);
}

double machine_cpu() {
    std::FILE* file = std::fopen("/proc/stat", "r");
    unsigned long user = 0, nice = 0, system = 0, irq = 0, softirq = 0;
    if (!file || std::fscanf(file, "cpu %lu %lu %lu %*u %*u %lu %lu", &user, &nice, &system, &irq, &softirq) != 5)
        die(kBroken, "cannot read /proc/stat");
    std::fclose(file);
    return double(user + nice + system + irq + softirq) / double(sysconf(_SC_CLK_TCK));
}

}  // namespace bench
