// Large strings without copies, in both directions.
//
// In: a payload that lies in a malloc'ed block of its own becomes a Perl string by handing over the block (perl and the
// engine share malloc). The message goes on looking at it, so the string stays with the message's wrapper, and the
// program gets copies of it that share the buffer until somebody writes (copy on write).
// Out: a string that is sent is shared in the same way and kept until the kernel has all of it.
#pragma once
#include "net/stream.h"
#include "xs/glue/interpreter.h"
#include "xs/glue/wrapper.h"

namespace ue::glue {

// From this size on sharing beats copying.
constexpr size_t kShareMinimum = 16 * 1024;

// The payload of a message or frame, undef if it is empty. Mortal.
template <class M>
SV* payload_sv(pTHX_ M* message);

// Keeps a shared copy of a string, of which `bytes` have just been seen; bytes() stays valid and unchanged.
class HeldString : public net::Keeper {
  public:
    HeldString(pTHX_ SV* string, std::string_view bytes);
    std::string_view bytes() const { return bytes_; }

  protected:
    ~HeldString() override;

  private:
    PerlInterpreter* perl_;
    SV* copy_;
    std::string_view bytes_;
};

}  // namespace ue::glue
