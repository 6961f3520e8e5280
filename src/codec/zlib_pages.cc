#include "codec/zlib_pages.h"

#include <sys/mman.h>

#include <cstddef>

namespace ue::codec {

namespace {

// In front of what zlib gets; as long as malloc would align.
struct alignas(std::max_align_t) Head {
    size_t size;
};

voidpf take(voidpf, uInt count, uInt size) {
    const size_t whole = sizeof(Head) + size_t{count} * size;
    void* pages = mmap(nullptr, whole, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED) return nullptr;
    auto* head = static_cast<Head*>(pages);
    head->size = whole;
    return head + 1;
}

void give_back(voidpf, voidpf address) {
    Head* head = static_cast<Head*>(address) - 1;
    munmap(head, head->size);
}

}  // namespace

void use_pages(z_stream* z) {
    z->zalloc = take;
    z->zfree = give_back;
}

}  // namespace ue::codec
