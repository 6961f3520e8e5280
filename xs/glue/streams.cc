#include "xs/glue/streams.h"

#include "net/ssl_context.h"
#include "xs/glue/callback.h"
#include "xs/glue/convert.h"
#include "xs/glue/guard.h"
#include "xs/glue/handles.h"
#include "xs/glue/tls.h"

namespace ue::glue {

namespace {

class PerlFactory : public net::Stream::Factory {
  public:
    PerlFactory(pTHX_ SV* code) : perl_(aTHX), code_(SvREFCNT_inc_simple_NN(SvRV(code))) {}

    Ref<net::Stream> make(net::Stream& server) override {
        dTHXa(perl_);
        if (perl_is_going(aTHX)) return nullptr;
        Ref<PerlFactory> hold(this);
        ENTER;
        SAVETMPS;
        SV* argument = wrap_mortal(aTHX_ & server);
        SV* made = ask_perl(aTHX_ code_, &argument, 1);
        Ref<net::Stream> stream = made ? checked(aTHX_ made, server) : Ref<net::Stream>();
        FREETMPS;
        LEAVE;
        return stream;
    }

  protected:
    ~PerlFactory() override {
        dTHXa(perl_);
        SvREFCNT_dec(code_);
    }

  private:
    static Ref<net::Stream> checked(pTHX_ SV* made, net::Stream& server) {
        auto* stream = object_in<net::Stream>(aTHX_ made);
        const bool fresh = stream && &stream->type() == &server.type() && stream->loop() == server.loop() &&
                           !stream->connecting() && !stream->established() && !stream->listening();
        if (fresh) return Ref<net::Stream>(stream);
        set_pending(aTHX_ exception_for(aTHX_ std::string("connection_factory: expected a new object of class ") +
                                        server.type().name + " in the loop of the server"));
        if (net::Loop* running = context(aTHX).running) running->stop();
        return nullptr;
    }

    PerlInterpreter* perl_;
    SV* code_;
};

}  // namespace

SV* listen_stream(pTHX_ Method method, net::Stream* stream, SV* first, SV* second) {
    SV* callback = is_code(first) || second ? first : nullptr;
    SV* number = callback || second ? second : first;
    check_callback(aTHX_ callback, {method, "callback"});
    const IV wanted = number && SvOK(number) ? SvIV(number) : 0;
    const int backlog = wanted > 0 && wanted < INT_MAX ? static_cast<int>(wanted) : net::Stream::kDefaultBacklog;
    return guard(
        aTHX_[&] {
            const ErrorCode error = stream->listen(backlog);
            if (!error) stream->connection_event().add(listener_arg(aTHX_ callback));
            return mortal_error(aTHX_ error);
        },
        method);
}

SV* write_stream(pTHX_ Method method, net::Stream* stream, SV* data, SV* callback) {
    check_callback(aTHX_ callback, {method, "callback"});
    const std::string_view bytes = joined_bytes_arg(aTHX_ data);
    return guard(
        aTHX_[&]()->SV *
            {
                const Ref<net::WriteRequest> request = stream->write(bytes, listener_arg(aTHX_ callback));
                return request && GIMME_V != G_VOID ? wrap(aTHX_ request) : nullptr;
            },
        method);
}

SV* shutdown_stream(pTHX_ Method method, net::Stream* stream, SV* first, SV* second) {
    const Waiting with = waiting_args(aTHX_ method, first, second);
    return guard(
        aTHX_[&]()->SV *
            {
                const auto request = stream->shutdown(with.timeout_ms, listener_arg(aTHX_ with.callback));
                return GIMME_V != G_VOID ? wrap(aTHX_ request) : nullptr;
            },
        method);
}

void run_in_order(pTHX_ Method method, net::Stream* stream, SV* callback) {
    check_callback(aTHX_ callback, {method, "callback"}, true);
    guard(
        aTHX_[&] { stream->run_in_order(listener_arg(aTHX_ callback)); }, method);
}

void set_connection_factory(pTHX_ Method method, net::Stream* stream, SV* code) {
    check_callback(aTHX_ code, {method, "callback"});
    guard(
        aTHX_[&] {
            stream->set_connection_factory(SvOK(code) ? Ref<net::Stream::Factory>(new PerlFactory(aTHX_ code))
                                                      : nullptr);
        },
        method);
}

Outcome buffer_size(pTHX_ Method method, net::Stream* stream, bool sending) {
    return guard(
        aTHX_[&] {
            const auto got = sending ? stream->send_buffer_size() : stream->recv_buffer_size();
            return outcome(aTHX_ got, [&](int bytes) { return newSViv(bytes); });
        },
        method);
}

Outcome set_buffer_size(pTHX_ Method method, net::Stream* stream, SV* bytes, bool sending) {
    const NV wanted = looks_like_number(bytes) ? SvNV(bytes) : -1;
    if (!(wanted >= 1 && wanted <= INT_MAX))
        refuse(aTHX_{method, "bytes"}, "expected a number of bytes, 1 or more", bytes);
    const int size = static_cast<int>(wanted);
    return guard(
        aTHX_[&] {
            const auto error = sending ? stream->set_send_buffer_size(size) : stream->set_recv_buffer_size(size);
            return Outcome{nullptr, mortal_error(aTHX_ error)};
        },
        method);
}

void use_ssl(pTHX_ Method method, net::Stream* stream, SV* context) {
    guard(
        aTHX_[&] {
            Ref<net::SslContext> given = ssl_ctx_arg(aTHX_ context, method.name() + ": context");
            stream->use_ssl(given ? given : net::SslContext::default_client());
        },
        method);
}

SV* connect_pipe(pTHX_ Method method, net::Pipe* pipe, std::string_view path, SV* callback) {
    check_callback(aTHX_ callback, {method, "callback"});
    return guard(
        aTHX_[&]()->SV *
            {
                const auto request = pipe->connect(path, listener_arg(aTHX_ callback));
                return GIMME_V != G_VOID ? wrap(aTHX_ request) : nullptr;
            },
        method);
}

Pair pipe_pair(pTHX_ Method method, SV* first, SV* second, bool two_given) {
    auto* reader = two_given ? optional_arg<net::Pipe>(aTHX_ first, {method, "reader"}) : nullptr;
    auto* writer = two_given ? optional_arg<net::Pipe>(aTHX_ second, {method, "writer"}) : nullptr;
    net::Loop* loop = reader   ? reader->loop().get()
                      : writer ? writer->loop().get()
                               : loop_arg(aTHX_ two_given ? nullptr : first, {method, "loop"});
    return guard(
        aTHX_[&] {
            const auto made = net::Pipe::pair(Ref<net::Loop>(loop), Ref<net::Pipe>(reader), Ref<net::Pipe>(writer));
            return Pair{wrap_mortal(aTHX_ made.first.get()), wrap_mortal(aTHX_ made.second.get())};
        },
        method);
}

}  // namespace ue::glue
