#include "xs/glue/events.h"

#include "xs/glue/callback.h"
#include "xs/glue/errors.h"
#include "xs/glue/guard.h"
#include "xs/glue/wrapper.h"

namespace ue::glue {

const Type EventProxy::kType = {"XS::Framework::CallbackDispatcher", &Object::kType};

namespace {

// Perl arguments as the values of an event with this signature. Holds what the values point to.
class Arguments {
  public:
    Arguments(pTHX_ SV** svs, size_t count, const std::string& signature) : errors_(count), values_(count) {
        for (size_t i = 0; i < count; ++i) values_[i] = convert(aTHX_ svs[i], signature[i], errors_[i]);
    }
    const Value* data() const { return values_.data(); }

  private:
    static Value convert(pTHX_ SV* sv, char kind, ErrorCode& error) {
        if (!SvOK(sv)) return {};
        if (kind == 'o') return Value(object_in(aTHX_ sv));
        if (kind == 'e') return Value(error = error_in(aTHX_ sv));
        if (kind == 'i') return Value(static_cast<int64_t>(SvIV(sv)));
        STRLEN size;
        const char* bytes = SvPV(sv, size);
        return Value(std::string_view(bytes, size));
    }
    std::vector<ErrorCode> errors_;
    std::vector<Value> values_;
};

char letter(Value::Kind kind) { return "oeib"[static_cast<int>(kind)]; }

void check_count(const std::string& signature, size_t count) {
    if (count != signature.size())
        throw Misuse("event: expected " + std::to_string(signature.size()) + " arguments, got " + std::to_string(count));
}

int round_free(pTHX_ SV*, MAGIC* mg) {
    PERL_UNUSED_CONTEXT;
    reinterpret_cast<RoundHandle*>(mg->mg_ptr)->release();
    return 0;
}
const MGVTBL kRoundMagic = {nullptr, nullptr, nullptr, nullptr, round_free, nullptr, nullptr, nullptr};

void xs_round(pTHX_ CV* cv) {
    dXSARGS;
    MAGIC* mg = mg_findext(reinterpret_cast<SV*>(cv), PERL_MAGIC_ext, &kRoundMagic);
    auto* handle = reinterpret_cast<RoundHandle*>(mg->mg_ptr);
    guard(aTHX_ [&] { handle->go(aTHX_ &ST(0), static_cast<size_t>(items)); }, "XS::Framework::CallbackDispatcher: next listener");
    XSRETURN_EMPTY;
}

const EventRow& row_of(CV* cv) { return *static_cast<const EventRow*>(CvXSUBANY(cv).any_ptr); }

Object* owner_arg(pTHX_ CV* cv, SV* sv) {
    const EventRow& row = row_of(cv);
    Object* o = object_in(aTHX_ sv);
    if (!o || !o->type().is_a(row.type)) croak_wrong_object(aTHX_ cv, "self", row.type, sv);
    return o;
}

void xs_event(pTHX_ CV* cv) {
    dXSARGS;
    if (items != 1) refuse_usage(aTHX_ cv, "self");
    Object* owner = owner_arg(aTHX_ cv, ST(0));
    ST(0) = wrap_mortal(aTHX_ new EventProxy(owner, row_of(cv)));
    XSRETURN(1);
}

void xs_callback(pTHX_ CV* cv) {
    dXSARGS;
    if (items != 2) refuse_usage(aTHX_ cv, "self, callback");
    Object* owner = owner_arg(aTHX_ cv, ST(0));
    check_callback(aTHX_ ST(1), {cv, "callback"});
    guard(aTHX_ [&] { row_of(cv).get(owner).set(listener_arg(aTHX_ ST(1))); }, cv);
    XSRETURN_EMPTY;
}

}  // namespace

void install_events(pTHX_ const EventRow* rows, size_t count) {
    for (size_t i = 0; i < count; ++i) {
        const std::string prefix = std::string(rows[i].package) + "::" + rows[i].name + (*rows[i].name ? "_" : "");
        CV* event = newXS((prefix + "event").c_str(), xs_event, __FILE__);
        CV* callback = newXS((prefix + "callback").c_str(), xs_callback, __FILE__);
        CvXSUBANY(event).any_ptr = CvXSUBANY(callback).any_ptr = const_cast<EventRow*>(&rows[i]);
    }
}

RoundHandle::RoundHandle(Round* round, const Value* args, size_t count) : round_(round) {
    for (size_t i = 0; i < count; ++i) kinds_ += letter(args[i].kind());
}

void RoundHandle::go(pTHX_ SV** args, size_t count) {
    if (!round_) throw Misuse("event: the round is over");
    check_count(kinds_, count);
    Ref<RoundHandle> hold(this);
    const Arguments values(aTHX_ args, count, kinds_);
    round_->go(values.data(), count);
}

SV* round_sub(pTHX_ const Ref<RoundHandle>& handle) {
    CV* sub = newXS(nullptr, xs_round, __FILE__);
    handle->retain();
    sv_magicext(reinterpret_cast<SV*>(sub), nullptr, PERL_MAGIC_ext, &kRoundMagic,
                reinterpret_cast<const char*>(handle.get()), 0);
    return sv_2mortal(newRV_noinc(reinterpret_cast<SV*>(sub)));
}

Dispatcher& EventProxy::dispatcher() const {
    Object* owner = owner_.get();
    if (!owner) throw Misuse("the object that this event belonged to is gone: " + std::string(row_.package));
    return row_.get(owner);
}

void EventProxy::call(pTHX_ SV** args, size_t count) {
    const std::string signature = row_.signature;
    check_count(signature, count);
    Ref<Object> hold(owner_.get());
    const Arguments values(aTHX_ args, count, signature);
    dispatcher().call(values.data(), count);
}

}  // namespace ue::glue
