#include "base/object.h"

#include <atomic>
#include <mutex>
#include <unordered_map>

namespace ue {

const Type Object::kType = {"UniEvent::Object", nullptr};
const Object::Hooks* Object::hooks_ = nullptr;

// The process's, because perl destroys what a thread leaves behind in the thread that waits for it.
namespace {
std::atomic<long> live_objects{0};
}

Object::Object() {
    live_objects.fetch_add(1, std::memory_order_relaxed);
}

long Object::live() {
    return live_objects.load(std::memory_order_relaxed);
}

void Object::release() const {
    --refs_;
    if (refs_ == 1 && wrapper_) {
        hooks_->sole(wrapper_);
    } else if (refs_ == 0) {
        refs_ = 1;
        if (const_cast<Object*>(this)->farewell()) return release();
        refs_ = kDying;
        delete this;
    }
}

void Object::attach_wrapper(void* wrapper) {
    ++refs_;
    wrapper_ = wrapper;
    if (refs_ > 1) hooks_->shared(wrapper_);
}

void Object::detach_wrapper() {
    wrapper_ = nullptr;
    release();
}

// Weak pointers are rare (event proxies, listeners), so their cells stand beside the objects, not in them. The table is
// the process's for the same reason as the count.
class Object::WeakTable {
  public:
    void*& operator[](Object* object) { return (*cells_)[object]; }
    void erase(Object* object) {
        cells_->erase(object);
        if (!cells_->empty()) return;
        delete cells_;
        cells_ = nullptr;
    }
    WeakTable() : lock_(mutex_) {
        if (!cells_) cells_ = new Cells;
    }

  private:
    using Cells = std::unordered_map<Object*, void*>;
    static std::mutex mutex_;
    static Cells* cells_;
    std::lock_guard<std::mutex> lock_;
};
std::mutex Object::WeakTable::mutex_;
Object::WeakTable::Cells* Object::WeakTable::cells_ = nullptr;

Object::WeakCell* Object::weak_cell(Object* object) {
    WeakTable table;
    void*& cell = table[object];
    if (!cell) cell = new WeakCell{object, 0};
    object->weakly_held_ = true;
    auto* found = static_cast<WeakCell*>(cell);
    ++found->holders;
    return found;
}

void Object::drop_weak_cell(WeakCell* cell) {
    if (--cell->holders > 0) return;
    if (cell->object) {
        cell->object->weakly_held_ = false;
        WeakTable().erase(cell->object);
    }
    delete cell;
}

Object::~Object() {
    live_objects.fetch_sub(1, std::memory_order_relaxed);
    if (!weakly_held_) return;
    WeakCell* cell = weak_cell(this);
    WeakTable().erase(this);
    cell->object = nullptr;
    drop_weak_cell(cell);
}

}  // namespace ue
