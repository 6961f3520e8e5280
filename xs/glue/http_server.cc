#include "xs/glue/http_server.h"

#include "xs/glue/http_config.h"
#include "xs/glue/http_messages.h"
#include "xs/glue/wrapper.h"

namespace ue::glue {

namespace {

class DeliverRest : public net::Task {
  public:
    DeliverRest(Ref<net::Stream> stream, std::string rest) : stream_(std::move(stream)), rest_(std::move(rest)) {}
    bool run() override {
        if (!stream_->connected()) return true;
        if (!stream_->read_event().emit(stream_.get(), std::string_view(rest_), ErrorCode())) return false;
        if (stream_->connected()) stream_->read_start();
        return true;
    }

  private:
    Ref<net::Stream> stream_;
    std::string rest_;
};

}  // namespace

ErrorCode configure_http_server(pTHX_ http::Server& server, SV* config, const char* place) {
    http::ServerConfig made = http_config_from(aTHX_ Settings(aTHX_ config, place));
    try {
        return server.configure(std::move(made));
    } catch (const Misuse& e) {
        throw Misuse(std::string(place) + ": " + e.what());
    }
}

Ref<http::ServerResponse> server_response_arg(pTHX_ SV* sv, const char* place) {
    if (auto* response = object_in<http::ServerResponse>(aTHX_ sv)) return Ref<http::ServerResponse>(response);
    if (!SvROK(sv) || SvTYPE(SvRV(sv)) != SVt_PVHV || object_in(aTHX_ sv))
        throw Misuse(std::string(place) +
                     ": expected an object of class UniEvent::HTTP::ServerResponse or a hash reference, got " + shown(aTHX_ sv));
    Ref<http::ServerResponse> made = make<http::ServerResponse>();
    fill_response(aTHX_ * made, Settings(aTHX_ sv, place));
    return made;
}

Expected<Ref<net::Stream>> upgraded_stream(http::ServerRequest& request) {
    Expected<http::Upgraded> upgraded = request.upgrade();
    if (!upgraded) return upgraded.error();
    Ref<net::Stream> stream = upgraded.value().stream;
    if (!upgraded.value().rest.empty()) {
        stream->read_stop();
        stream->loop()->delay(Ref<net::Task>(new DeliverRest(stream, std::move(upgraded.value().rest))));
    }
    return stream;
}

}  // namespace ue::glue
