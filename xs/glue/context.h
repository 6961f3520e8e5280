// What the binding keeps per Perl interpreter: the exception on its way out, who is on top, and small caches.
#pragma once
#include "base/object.h"
#include "net/loop.h"
#include "xs/glue/call_site.h"
#include "xs/glue/interpreter.h"

namespace ue::glue {

struct Context {
    // An exception of a callback, waiting for the Perl call that was on top of it to return. Owned.
    SV* pending = nullptr;
    // Which engine call user code was called from: a method of the interface, or a running loop (then this is it).
    // An exception stops the loop only if nothing stands between the two that could throw it.
    net::Loop* running = nullptr;

    // The default loop of an interpreter that is a thread's: held until the interpreter ends, which is after the thread.
    net::Loop* default_loop = nullptr;

    std::unordered_map<const Type*, HV*> stashes;
    // The last one asked for: a busy server asks for that of messages over and over.
    const Type* last_type = nullptr;
    HV* last_stash = nullptr;
    // References that carried callback arguments and that nobody kept: used again.
    static constexpr size_t kMaxSpare = 16;
    SV* spare_refs[kMaxSpare];
    size_t spare_count = 0;
    // The same for the string that a payload was handed out in.
    SV* spare_string = nullptr;
    // Made when the first is remembered.
    std::unique_ptr<CallSites, CallSitesDelete> call_sites;
};

Context& context(pTHX);
void start_context(pTHX);  // at boot
void clone_context(pTHX);  // in every new thread (CLONE)

HV* stash_of(pTHX_ const Type& type);

// True once the interpreter is being torn down: no more calls into Perl.
inline bool perl_is_going(pTHX) { return PL_phase == PERL_PHASE_DESTRUCT; }

// Takes over `exception` (owned). The last one wins.
void set_pending(pTHX_ SV* exception);
// The pending exception, mortal, or null.
SV* take_pending(pTHX);

}  // namespace ue::glue
