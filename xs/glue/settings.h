// A settings hash, read with errors that name place, key and value:
//   UniEvent::WebSocket::Server->new: locations[1]: port: expected an integer from 0 to 65535, got 'http'
// Absent keys give the default; unknown keys are ignored. Throws Misuse (use inside guard()).
#pragma once
#include "base/misuse.h"
#include "xs/glue/interpreter.h"
#include "xs/glue/place.h"

namespace ue::glue {

class Settings {
  public:
    // `sv`: a hash reference, or undef/null for an empty one. `place`: what messages begin with; `what`: the name of the
    // argument that has no key, for messages about itself.
    Settings(pTHX_ SV* sv, std::string place, const char* what = "settings: ");

    // The value of a key, or null when it is absent. An explicit undef is present.
    SV* find(const char* key) const;
    SV* defined(const char* key) const;  // null also for undef

    bool flag(const char* key, bool otherwise) const;
    uint64_t size(const char* key, uint64_t otherwise) const;  // a count of bytes or things
    int64_t integer(const char* key, int64_t least, int64_t most, int64_t otherwise) const;
    uint64_t ms(const char* key, uint64_t otherwise) const;  // seconds, fractions allowed
    std::string text(const char* key, std::string_view otherwise = {}) const;
    // A nested hash or array; empty when absent or undef. Another type of value throws.
    Settings hash(const char* key) const;
    std::vector<SV*> array(const char* key) const;
    Settings element(const char* key, size_t index, SV* sv) const;  // the hash at locations[index]
    // All keys and values, for hashes whose keys are data. Valid while the hash is unchanged.
    struct Pair {
        std::string_view name;
        SV* value;
    };
    std::vector<Pair> pairs() const;

    [[noreturn]] void wrong(const char* key, const char* expected, SV* got) const;
    const std::string& place() const { return place_; }

  private:
    PerlInterpreter* perl_;
    HV* hv_ = nullptr;
    std::string place_;
};

}  // namespace ue::glue
