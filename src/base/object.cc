#include "base/object.h"

#include <unordered_map>

namespace ue {

const Type Object::kType = {"UniEvent::Object", nullptr};
const Object::Hooks* Object::hooks_ = nullptr;

namespace {
thread_local long live_objects = 0;
}

Object::Object() { ++live_objects; }

long Object::live() { return live_objects; }

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

// Weak pointers are rare (event proxies, listeners), so their cells stand beside the objects, not in them.
struct WeakTable {
    std::unordered_map<Object*, void*> cells;
};
namespace {
thread_local WeakTable* weak_table = nullptr;
}

Object::WeakCell* Object::weak_cell(Object* object) {
    if (!weak_table) weak_table = new WeakTable;
    void*& cell = weak_table->cells[object];
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
        weak_table->cells.erase(cell->object);
        if (weak_table->cells.empty()) {
            delete weak_table;
            weak_table = nullptr;
        }
    }
    delete cell;
}

Object::~Object() {
    --live_objects;
    if (!weakly_held_) return;
    WeakCell* cell = weak_cell(this);
    weak_table->cells.erase(this);
    if (weak_table->cells.empty()) {
        delete weak_table;
        weak_table = nullptr;
    }
    cell->object = nullptr;
    drop_weak_cell(cell);
}

}  // namespace ue
