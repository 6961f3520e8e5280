// permessage-deflate (RFC 7692): what two ends agree on, and the compressed streams of one connection.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/object.h"
#include "codec/ws/config.h"
#include "codec/ws/errors.h"
#include "codec/ws/extensions.h"
#include "codec/ws/payload.h"
#include "codec/zlib.h"

namespace ue::codec {

extern const char kDeflateName[];  // "permessage-deflate"

// What is in force on one connection: the windows and flags agreed on, with the own level, memory, strategy, policy.
// It is a DeflateConfig, so that the interface can show it in the same shape.
using DeflateAgreement = DeflateConfig;

enum class Negotiated : uint8_t { kNo, kYes, kFailed };

Extension deflate_offer(const DeflateConfig& own);
// Server: takes the first acceptable offer of the list. kYes fills both; never kFailed.
Negotiated deflate_accept(const Extensions& offers, const DeflateConfig& own, Extension& answer,
                          DeflateAgreement& agreed);
// Client: checks the server's answer. kFailed: the connection must not be used.
Negotiated deflate_check(const Extensions& answer, const DeflateConfig& own, DeflateAgreement& agreed);

// Streams without a context between messages are lent for one message by the thread's (or loop's) share, so that ten
// thousand connections need a few. A share is held by everything that lends from it. One thread only.
class DeflateShare : public Refcnt {
  public:
    DeflateShare();
    ~DeflateShare() override;
    // Frees what is lying idle.
    void trim();
    size_t idle() const;

    // Streams that are kept for the next borrower, per kind; more are freed on return.
    static constexpr size_t kKeep = 4;

  private:
    friend class MessageDeflate;
    struct Pool;
    std::unique_ptr<Pool> pool_;
};

// Both directions of one connection. Small until a compressed message comes or goes.
class MessageDeflate {
  public:
    // Without a share, streams are made for every message where no context is kept.
    MessageDeflate(Role role, const DeflateAgreement& agreed, Ref<DeflateShare> share = nullptr);
    ~MessageDeflate();
    MessageDeflate(const MessageDeflate&) = delete;
    MessageDeflate& operator=(const MessageDeflate&) = delete;

    const DeflateAgreement& agreed() const { return agreed_; }

    // Receiving. One message at a time, in pieces of any size.
    enum class Inflate : uint8_t { kOk, kError, kTooBig };
    // Appends what comes out to `out`, at most `limit` octets; kTooBig as soon as there is one more. What had come out
    // before an error is there.
    Inflate inflate(const char* data, size_t size, Payload& out, uint64_t limit);
    // The message is over: what the sender left out is put back, a context that is not kept is dropped.
    Inflate inflate_end(Payload& out, uint64_t limit);
    void inflate_abort();

    // Sending. One frame's payload in one or more calls; kFrame ends the frame, kMessage the frame and the message
    // (whose trailing 00 00 FF FF is then left out). Appends to `out`. After ready_to_compress() only.
    enum class Flush : uint8_t { kMore, kFrame, kMessage };
    void compress(std::string_view piece, Flush flush, std::string& out);
    // Makes sure that a message (of that size, if it is known and comes in one go) can be compressed; if not (no
    // memory), send it plain.
    bool ready_to_compress(uint64_t size = UINT64_MAX) { return open_deflater(size); }
    void compress_abort();
    // An empty string to compress into, the same one again and again.
    std::string& scratch();

    // An idle connection may drop its streams where no message is under way and no context is kept; with `contexts`
    // also its compressor with the context (allowed at any time: the next message just does not refer back).
    void drop_idle(bool contexts);
    bool holds_streams() const { return inflater_.is_open() || deflater_.is_open(); }
    bool holds_compressor() const { return deflater_.is_open(); }

  private:
    int send_window() const;
    int receive_window() const;
    bool keeps_send_context() const;
    bool keeps_receive_context() const;
    DeflateParams send_params(uint64_t message_size) const;
    bool open_inflater();
    bool open_deflater(uint64_t message_size);
    void leave_inflater();  // the message is over: give back or reset what is not kept
    void leave_deflater();

    DeflateAgreement agreed_;
    Ref<DeflateShare> share_;
    Inflater inflater_;
    Deflater deflater_;
    DeflateParams lent_;   // what the deflater was made with, if it is the share's
    std::string scratch_;  // only without a share
    Role role_;
    bool at_end_ = false;     // the last block was a final one, and nothing has come since
    bool inflating_ = false;  // a message is under way
    bool compressing_ = false;
};

}  // namespace ue::codec
