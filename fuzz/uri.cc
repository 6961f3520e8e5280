// URIs: any text. What was written is read again as the same parts, and every setter takes any bytes.
#include "codec/uri.h"
#include "base/misuse.h"
#include "support.h"

using namespace ue;
using namespace ue::codec;

namespace {

void stable(const Uri& uri, int flags) {
    const std::string once = uri.to_string();
    const Ref<Uri> again = Uri::parse(once, flags);
    CLAIM(again->to_string() == once);
    CLAIM(again->host() == uri.host());
    CLAIM(again->port() == uri.port() || uri.host().empty());  // a port is written with a host only
    CLAIM(again->path() == uri.path());
    CLAIM(again->fragment() == uri.fragment());
    CLAIM(uri.clone()->equals(uri));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    std::string_view bytes = fuzz::text(data, size);
    fuzz::Settings s(bytes);
    const int flags = s.octet() & 7;
    const uint8_t deed = s.octet();
    const size_t cut = std::min<size_t>(s.octet(), bytes.size());
    const fuzz::Copy first(bytes.substr(0, cut)), second(bytes.substr(cut));
    const std::string_view a(first.data.get(), first.size), b(second.data.get(), second.size);
    const Ref<Uri> uri = Uri::parse(b, flags);
    if (!(flags & Uri::kSuffixReference)) stable(*uri, flags & ~Uri::kExtendedChars);
    Uri::from_target(b);
    try {
        Uri::typed(b, flags);
        switch (deed % 12) {
            case 0:
                uri->set_scheme(a);
                break;
            case 1:
                uri->set_user_info(a);
                break;
            case 2:
                uri->set_host(a);
                break;
            case 3:
                uri->set_location(a);
                break;
            case 4:
                uri->set_path(a);
                break;
            case 5:
                uri->set_query_string(a);
                break;
            case 6:
                uri->set_raw_query(a);
                break;
            case 7:
                uri->set_param(a, b);
                break;
            case 8:
                uri->add_query(a);
                break;
            case 9:
                uri->set_fragment(a);
                break;
            case 10:
                uri->set_path_segments({std::string(a), std::string(b)});
                break;
            default:
                uri->set_params(a, {std::string(b), std::string(a)});
                break;
        }
    } catch (const Misuse&) {
        return 0;
    }
    uri->to_string();
    uri->relative();
    uri->path_info();
    uri->path_segments();
    uri->raw_query();
    uri->query();
    uri->explicit_location();
    uri->user();
    uri->password();
    return 0;
}
