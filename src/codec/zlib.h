// DEFLATE streams (RFC 1951), bare as permessage-deflate wants them or in gzip clothes (RFC 1952) as HTTP does.
// The only door to zlib. Both classes are one pointer while closed: open() allocates (a deflater about 256 KiB at the
// defaults, an inflater 10 to 48 KiB), close() gives everything back. Movable, not copyable; one thread.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

struct z_stream_s;

namespace ue::codec {

enum class ZFormat : uint8_t {
    kRaw,
    kGzip,
    kAny,  // inflating only: zlib (RFC 1950) or gzip, whichever it turns out to be
};

struct DeflateParams {
    int level = -1;        // -1 default, 0 store .. 9 best
    int window_bits = 15;  // 8..15; 8 is fine for kRaw as well: no distance over 256 is ever written
    int mem_level = 8;     // 1..9
    int strategy = 0;      // 0..4
};

class Deflater {
  public:
    enum class Flush : uint8_t {
        kNone,    // keep what is better compressed together with what follows
        kSync,    // everything so far can be decoded; output ends with 00 00 ff ff (if there was anything to say)
        kFinish,  // end of the stream; only reset() or close() may follow
    };

    Deflater() = default;
    Deflater(Deflater&& o) noexcept : z_(std::exchange(o.z_, nullptr)) {}
    Deflater& operator=(Deflater&& o) noexcept {
        std::swap(z_, o.z_);
        return *this;
    }
    ~Deflater() { close(); }

    enum class Memory : uint8_t {
        kHeap,
        kPages,  // taken from the system and given back to it by close(); see base/pages.h
    };
    // False: parameters out of range, or no memory. Opens afresh if it was open.
    bool open(ZFormat format, const DeflateParams& params = {}, Memory memory = Memory::kHeap);
    bool is_open() const { return z_ != nullptr; }
    void close();
    // Forgets the history ("no context takeover") and keeps the memory.
    void reset();

    // Compresses all of `in` and appends to `out`. Must be open. False only if kFinish had been given before.
    bool write(std::string_view in, Flush flush, std::string& out);

  private:
    z_stream_s* z_ = nullptr;
};

class Inflater {
  public:
    enum class Result : uint8_t {
        kMore,   // all input is used up, the stream goes on
        kEnd,    // the stream (for kRaw: a block with the final bit) has ended; the rest of the input is untouched
        kLimit,  // there would be more output than allowed (the allowed part has been appended)
        kError,  // not a valid stream, or no memory; only reset() or close() may follow
    };
    static constexpr size_t kNoLimit = SIZE_MAX;

    Inflater() = default;
    Inflater(Inflater&& o) noexcept : z_(std::exchange(o.z_, nullptr)) {}
    Inflater& operator=(Inflater&& o) noexcept {
        std::swap(z_, o.z_);
        return *this;
    }
    ~Inflater() { close(); }

    bool open(ZFormat format, int window_bits = 15);
    bool is_open() const { return z_ != nullptr; }
    void close();
    void reset();  // ready for a new stream, history forgotten

    // Decompresses, takes what was used from the front of `in`, appends at most `max_out` bytes to `out`.
    // With a limit of 0 a stream that has nothing left to say is kMore or kEnd, not kLimit.
    // After kEnd of a kRaw stream, call reset() to go on with the next; see restart() to keep the history.
    Result write(std::string_view& in, std::string& out, size_t max_out = kNoLimit);

    // The same into memory of the caller: at most `size` bytes to `out`, `produced` of them. kLimit means that `out`
    // is full and there may be more to come: call again.
    Result write(std::string_view& in, char* out, size_t size, size_t& produced);

    // After kEnd of a kRaw stream: expects another stream that may refer back to what came before, as the messages of
    // permessage-deflate do with context takeover when one of them ended with a final block (RFC 7692, 7.2.3.4).
    bool restart();

    // All input so far consists of whole blocks and ends with an octet, so that it may end here. After write() only.
    bool between_blocks() const;

  private:
    z_stream_s* z_ = nullptr;
};

}  // namespace ue::codec
