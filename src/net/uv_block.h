// libuv watchers in blocks of their own: made by whoever watches, freed in the close callback, so that the watcher's
// owner may go at any moment. `data` is null from the drop on.
#pragma once
#include <uv.h>

#include <cstdlib>

namespace ue::net {

template <class T>
uv_handle_t* as_handle(T* watcher) {
    return reinterpret_cast<uv_handle_t*>(watcher);
}

template <class T>
T* make_watcher(void* owner) {
    auto* watcher = static_cast<T*>(std::malloc(sizeof(T)));
    watcher->data = owner;
    return watcher;
}

template <class T>
void drop_watcher(T* watcher) {
    if (!watcher) return;
    watcher->data = nullptr;
    uv_close(as_handle(watcher), [](uv_handle_t* h) { std::free(h); });
}

template <class T>
void set_watcher_weak(T* watcher, bool weak) {
    if (weak)
        uv_unref(as_handle(watcher));
    else
        uv_ref(as_handle(watcher));
}

}  // namespace ue::net
