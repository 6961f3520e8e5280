#include "xs/glue/system.h"

#include "base/digest.h"
#include "net/system.h"
#include "xs/glue/guard.h"
#include "xs/glue/sockaddr.h"

namespace ue::glue {

namespace {

struct Row {
    const char* name;
    SV* value;
};
SV* hash_of(pTHX_ std::initializer_list<Row> rows) {
    HV* out = newHV();
    for (const Row& row : rows) (void)hv_store(out, row.name, static_cast<I32>(std::strlen(row.name)), row.value, 0);
    return newRV_noinc(reinterpret_cast<SV*>(out));
}

template <class Range, class Convert>
SV* list_of(pTHX_ const Range& range, Convert convert) {
    AV* out = newAV();
    for (const auto& item : range) av_push(out, convert(item));
    return newRV_noinc(reinterpret_cast<SV*>(out));
}

}  // namespace

Outcome hostname(pTHX) {
    return guard(aTHX_ [&] { return outcome(aTHX_ net::hostname(), [&](auto& name) { return bytes_sv(aTHX_ name); }); });
}

Outcome uname(pTHX) {
    const auto convert = [&](const net::SystemName& name) {
        return hash_of(aTHX_ {{"sysname", bytes_sv(aTHX_ name.sysname)},
                              {"release", bytes_sv(aTHX_ name.release)},
                              {"version", bytes_sv(aTHX_ name.version)},
                              {"machine", bytes_sv(aTHX_ name.machine)}});
    };
    return guard(aTHX_ [&] { return outcome(aTHX_ net::uname(), convert); });
}

Outcome resident_memory(pTHX) {
    return guard(aTHX_ [&] { return outcome(aTHX_ net::resident_memory(), [&](uint64_t bytes) { return newSVuv(bytes); }); });
}

Outcome interfaces(pTHX) {
    const auto convert = [&](const net::Interface& row) {
        return hash_of(aTHX_ {{"name", bytes_sv(aTHX_ row.name)},
                              {"phys_addr", bytes_sv(aTHX_ row.phys_addr)},
                              {"is_internal", newSVsv(boolSV(row.is_internal))},
                              {"address", sockaddr_sv(aTHX_ row.address)},
                              {"netmask", sockaddr_sv(aTHX_ row.netmask)}});
    };
    return guard(aTHX_ [&] {
        return outcome(aTHX_ net::interfaces(), [&](auto& rows) { return list_of(aTHX_ rows, convert); });
    });
}

Outcome cpus(pTHX) {
    const auto convert = [&](const net::Cpu& cpu) {
        SV* times = hash_of(aTHX_ {{"user", newSVuv(cpu.user)},
                                   {"nice", newSVuv(cpu.nice)},
                                   {"sys", newSVuv(cpu.sys)},
                                   {"idle", newSVuv(cpu.idle)},
                                   {"irq", newSVuv(cpu.irq)}});
        return hash_of(aTHX_ {{"model", bytes_sv(aTHX_ cpu.model)}, {"speed", newSVuv(cpu.speed)}, {"cpu_times", times}});
    };
    return guard(aTHX_ [&] {
        return outcome(aTHX_ net::cpus(), [&](auto& rows) { return list_of(aTHX_ rows, convert); });
    });
}

Outcome usage(pTHX) {
    const auto convert = [&](const net::Usage& u) {
        return hash_of(aTHX_ {{"utime", newSVnv(u.utime)},     {"stime", newSVnv(u.stime)},
                              {"maxrss", newSVuv(u.maxrss)},   {"ixrss", newSVuv(u.ixrss)},
                              {"idrss", newSVuv(u.idrss)},     {"isrss", newSVuv(u.isrss)},
                              {"minflt", newSVuv(u.minflt)},   {"majflt", newSVuv(u.majflt)},
                              {"nswap", newSVuv(u.nswap)},     {"inblock", newSVuv(u.inblock)},
                              {"oublock", newSVuv(u.oublock)}, {"msgsnd", newSVuv(u.msgsnd)},
                              {"msgrcv", newSVuv(u.msgrcv)},   {"nsignals", newSVuv(u.nsignals)},
                              {"nvcsw", newSVuv(u.nvcsw)},     {"nivcsw", newSVuv(u.nivcsw)}});
    };
    return guard(aTHX_ [&] { return outcome(aTHX_ net::usage(), convert); });
}

SV* random_bytes_sv(pTHX_ size_t size) {
    SV* out = newSV(size + 1);
    SvPOK_only(out);
    ue::random_bytes(SvPVX(out), size);
    SvPVX(out)[size] = '\0';
    SvCUR_set(out, size);
    return out;
}

}  // namespace ue::glue
