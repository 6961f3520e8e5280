// Memory that the streams of one loop use in turns. A connection that is idle owns no buffer at all.
#pragma once
#include <memory>
#include <string>

#include "net/wire_private.h"

namespace ue::net {

struct Loop::Shared {
    // What one connection may have read in a turn: so much that system calls do not count, so little that others do not
    // wait long.
    static constexpr size_t kReadSize = Wire::kReadPerTurn;
    // What answers to one full read fit into, frame headers included.
    static constexpr size_t kOutputSize = kReadSize + 64 * 1024;
    // A decrypted record may have been begun by an earlier read.
    static constexpr size_t kPlainSize = kReadSize + 32 * 1024;

    char* read_buffer() {
        if (!read) read.reset(new char[kReadPadding + kReadSize + kReadPadding]);
        return read.get() + kReadPadding;
    }
    char* plain_buffer() {
        if (!plain) plain.reset(new char[kReadPadding + kPlainSize + kReadPadding]);
        return plain.get() + kReadPadding;
    }
    char* output_buffer() {
        if (!output) output.reset(new char[kOutputSize]);
        return output.get();
    }
    char* scrap(size_t size) {
        if (size > scrap_size) void_scrap.reset(new char[scrap_size = size]);
        return void_scrap.get();
    }

    std::unique_ptr<char[]> read, plain, output;
    Wire* output_user = nullptr;  // who writes into the output buffer
    std::unique_ptr<Wire::Backlog> spare_backlog;
    std::string sealed;                  // encrypted output on its way out
    std::unique_ptr<char[]> void_scrap;  // what a dead stream's output is written into
    size_t scrap_size = 0;
};

}  // namespace ue::net
