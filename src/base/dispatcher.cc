#include "base/dispatcher.h"

#include <cstdlib>
#include <cstring>
#include <new>
#include <vector>

namespace ue {

// One block: the head and the listeners behind it. Most events have one listener, so the block starts with room for one.
struct Dispatcher::List {
    Round* rounds = nullptr;  // innermost round in progress
    uint32_t size = 0, room = 1;
    Listener* items[1];

    static List* create() { return new (std::malloc(sizeof(List))) List; }
    static List* grown(List* l) {
        l->room = l->room < 4 ? 4 : l->room * 2;
        return static_cast<List*>(std::realloc(static_cast<void*>(l), sizeof(List) + (l->room - 1) * sizeof(Listener*)));
    }
};

void Dispatcher::insert(uint32_t at, Ref<Listener> listener) {
    if (!listener) return;
    if (!list_) list_ = List::create();
    if (list_->size == list_->room) list_ = List::grown(list_);
    Listener** items = list_->items;
    std::memmove(items + at + 1, items + at, (list_->size - at) * sizeof(Listener*));
    items[at] = listener.get();
    listener->retain();
    ++list_->size;
    for (Round* r = list_->rounds; r; r = r->outer_)
        if (r->next_ > at || (at == 0 && list_->size > 1)) ++r->next_;
}

void Dispatcher::add(Ref<Listener> listener) { insert(list_ ? list_->size : 0, std::move(listener)); }
void Dispatcher::prepend(Ref<Listener> listener) { insert(0, std::move(listener)); }

void Dispatcher::remove(const void* identity, bool chain) {
    if (!list_ || !identity) return;
    for (uint32_t i = list_->size; i-- > 0;) {
        Ref<Listener> found(list_->items[i]);
        if (found->identity() != identity || found->chain() != chain) continue;
        if (list_->size == 1 && !list_->rounds) return remove_all();
        std::memmove(list_->items + i, list_->items + i + 1, (--list_->size - i) * sizeof(Listener*));
        for (Round* r = list_->rounds; r; r = r->outer_)
            if (r->next_ > i) --r->next_;
        found->release();
        return;
    }
}

void Dispatcher::remove_all() {
    List* gone = list_;
    if (!gone) return;
    list_ = nullptr;  // a listener's end may run code that comes back here
    for (Round* r = gone->rounds; r; r = r->outer_) r->dispatcher_ = nullptr;
    for (uint32_t i = 0; i < gone->size; ++i) gone->items[i]->release();
    std::free(gone);
}

void Dispatcher::set(Ref<Listener> listener) {
    remove_all();
    add(std::move(listener));
}

Listener* Dispatcher::first() const { return list_ && list_->size ? list_->items[0] : nullptr; }

Round::Round(Dispatcher* d) : dispatcher_(d), outer_(d->list_->rounds) { d->list_->rounds = this; }

Round::~Round() {
    if (!dispatcher_) return;
    Dispatcher::List* list = dispatcher_->list_;
    list->rounds = outer_;
    if (list->size == 0 && !outer_) dispatcher_->remove_all();  // back to one null pointer
}

inline bool Round::run(const Value* args, size_t count) {
    while (!ended_ && dispatcher_ && next_ < dispatcher_->list_->size) {
        Ref<Listener> listener(dispatcher_->list_->items[next_++]);
        if (listener->chain()) return listener->call(args, count, this) || (ended_ = true, false);
        if (!listener->call(args, count, nullptr)) ended_ = true;
    }
    return !ended_;
}

bool Round::go(const Value* args, size_t count) { return run(args, count); }

bool Dispatcher::call(const Value* args, size_t count) {
    if (!list_) return true;
    Round round(this);
    return round.run(args, count) && !round.ended_;
}

}  // namespace ue
