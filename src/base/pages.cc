#include "base/pages.h"

#include <sys/mman.h>

namespace ue {

namespace {
// Stands in front of what is handed out; as long as malloc would align.
struct alignas(std::max_align_t) Head {
    size_t size;
};
}  // namespace

void* take_pages(size_t size) {
    const size_t whole = sizeof(Head) + size;
    void* pages = whole < size ? MAP_FAILED
                               : mmap(nullptr, whole, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED) return nullptr;
    auto* head = static_cast<Head*>(pages);
    head->size = whole;
    return head + 1;
}

void give_pages_back(void* memory) {
    Head* head = static_cast<Head*>(memory) - 1;
    munmap(head, head->size);
}

}  // namespace ue
