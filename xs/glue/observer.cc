#include "xs/glue/observer.h"

#include "base/misuse.h"
#include "xs/glue/callback.h"
#include "xs/glue/context.h"
#include "xs/glue/guard.h"
#include "xs/glue/wrapper.h"

namespace ue::glue {

namespace {

class PerlObserver : public net::Handle::Observer {
  public:
    // A null `listener` stands for the handle itself.
    PerlObserver(pTHX_ SV* listener, bool weak) : perl_(aTHX), listener_(listener ? newSVsv(listener) : nullptr) {
        if (listener_ && weak) sv_rvweaken(listener_);
    }

    bool call(const char* method, const Value* args, size_t count) override {
        dTHXa(perl_);
        if (perl_is_going(aTHX)) return false;
        Ref<PerlObserver> hold(this);
        if (listener_ && !SvROK(listener_)) return complain(aTHX_ method);
        ENTER;
        SAVETMPS;
        constexpr size_t kMaxArgs = 8;
        SV* svs[kMaxArgs];
        size_t n = 0;
        if (listener_) svs[n++] = sv_mortalcopy(listener_);
        for (size_t i = 0; i < count && n < kMaxArgs; ++i) svs[n++] = value_sv(aTHX_ args[i]);
        GV* found = gv_fetchmethod_autoload(SvSTASH(SvRV(svs[0])), method, FALSE);
        const bool good = !found || call_perl(aTHX_ reinterpret_cast<SV*>(GvCV(found)), svs, n);
        FREETMPS;
        LEAVE;
        return good;
    }

    SV* listener() const { return listener_; }

  protected:
    ~PerlObserver() override {
        dTHXa(perl_);
        SvREFCNT_dec(listener_);
    }

  private:
    bool complain(pTHX_ const char* method) {
        set_pending(aTHX_ exception_for(aTHX_ std::string("Handle needs event listener for event '") + method +
                                            "' but listener was weak and went out of scope"));
        if (net::Loop* running = context(aTHX).running) running->stop();
        return false;
    }

    PerlInterpreter* perl_;
    SV* listener_;
};

}  // namespace

void set_observer(pTHX_ net::Handle* handle, SV* listener, bool weak) {
    if (!SvOK(listener)) return handle->set_observer(nullptr);
    if (!SvROK(listener) || !SvOBJECT(SvRV(listener))) throw Misuse("listener: expected an object or undef, got " + shown(aTHX_ listener));
    const bool itself = object_in(aTHX_ listener) == handle;
    handle->set_observer(Ref<net::Handle::Observer>(new PerlObserver(aTHX_ itself ? nullptr : listener, weak)));
}

SV* get_observer(pTHX_ net::Handle* handle) {
    auto* observer = static_cast<PerlObserver*>(handle->observer());
    return observer && observer->listener() ? sv_mortalcopy(observer->listener()) : &PL_sv_undef;
}

}  // namespace ue::glue
