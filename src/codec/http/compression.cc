#include "codec/http/compression.h"

#include "codec/http/chars.h"
#include "codec/http/errors.h"
#include "codec/http/headers.h"

namespace ue::codec {

namespace {

struct Coding {
    std::string_view name;
    uint8_t type;  // 0: known, but not for us
};
constexpr Coding kCodings[] = {
    {"gzip", mask(Compression::kGzip)},
    {"x-gzip", mask(Compression::kGzip)},
    {"deflate", mask(Compression::kDeflate)},
    {"br", mask(Compression::kBrotli)},
    {"identity", mask(Compression::kIdentity)},
    {"compress", 0},
    {"x-compress", 0},
    {"zstd", 0},
    {"dcb", 0},
    {"dcz", 0},
};

const Coding* find_coding(std::string_view name) {
    for (const Coding& c : kCodings)
        if (equals_nocase(c.name, name)) return &c;
    return nullptr;
}

// RFC 9110 section 12.4.2. `params` is what follows the name, beginning with ';' or empty.
bool parse_weight(std::string_view params, bool& zero) {
    zero = false;
    if (params.empty()) return true;
    params = trim_blanks(params.substr(1));
    if (params.size() < 3 || ascii_lower(params[0]) != 'q' || params[1] != '=') return false;
    params.remove_prefix(2);
    if (params[0] != '0' && params[0] != '1') return false;
    zero = params[0] == '0';
    if (params.size() == 1) return true;
    if (params[1] != '.' || params.size() > 5) return false;
    for (char c : params.substr(2)) {
        if (!is_digit(c)) return false;
        if (c != '0') zero = false;
    }
    return true;
}

}  // namespace

bool is_compression(int value) {
    return value == 1 || value == 2 || value == 4 || value == 8;
}

void parse_accept_encoding(std::string_view value, AcceptedCompression& out) {
    bool any = false;
    any_list_element(value, [&](std::string_view element) {
        const size_t semicolon = std::min(element.find(';'), element.size());
        const std::string_view name = trim_blanks(element.substr(0, semicolon));
        bool zero;
        if (!parse_weight(element.substr(semicolon), zero)) return true;
        if (name == "*") {
            any = !zero;
            return false;
        }
        const Coding* coding = find_coding(name);
        if (!coding) return true;
        (zero ? out.refused : out.allowed) |= coding->type;
        return false;
    });
    if (any) out.allowed |= mask(Compression::kGzip) | mask(Compression::kDeflate);
    out.allowed &= ~out.refused;
    out.allowed |= mask(Compression::kIdentity);
}

bool parse_content_encoding(std::string_view value, Compression& out) {
    return !any_list_element(value, [&](std::string_view element) {
        const Coding* coding = find_coding(element);
        if (!coding || coding->type == 0 || coding->type == mask(Compression::kBrotli)) return true;
        const bool had_one = out == Compression::kGzip || out == Compression::kDeflate;
        if (coding->type == mask(Compression::kIdentity)) {
            if (!had_one) out = Compression::kIdentity;
            return false;
        }
        if (had_one) return true;
        out = static_cast<Compression>(coding->type);
        return false;
    });
}

bool open_gzip(Deflater& deflater, CompressionLevel level) {
    static constexpr int kLevels[] = {1, 6, 9};
    DeflateParams params;
    params.level = kLevels[static_cast<int>(level)];
    return deflater.open(ZFormat::kGzip, params);
}

bool BodyInflater::open(Compression type) {
    ended_ = false;
    return inflater_.open(type == Compression::kGzip ? ZFormat::kGzip : ZFormat::kAny);
}

void BodyInflater::close() {
    inflater_.close();
}

ErrorCode BodyInflater::write(std::string_view in, std::string& body, size_t max_more) {
    if (in.empty()) return {};
    if (ended_) return HttpError::kUncompressionFailure;
    switch (inflater_.write(in, body, max_more)) {
        case Inflater::Result::kMore:
            return {};
        case Inflater::Result::kEnd:
            ended_ = true;
            break;
        case Inflater::Result::kLimit:
            return HttpError::kBodyTooLarge;
        case Inflater::Result::kError:
            return HttpError::kUncompressionFailure;
    }
    return in.empty() ? ErrorCode() : ErrorCode(HttpError::kUncompressionFailure);
}

}  // namespace ue::codec
