// Everything that is shared by counting, and everything that can have a face in another language.
//
// Refcnt   an intrusive count, one thread only. Made with make<T>(), held with Ref<T>, deleted by the last release.
// Object   a Refcnt with a Type and, at most, one *wrapper*: the object that stands for it on the other side of the
//          binding. The wrapper counts as one reference. Ownership toggles between the sides:
//            only the wrapper refers to the object       -> the wrapper is owned by its own language
//            the engine refers to the object as well     -> the object keeps the wrapper alive (hooks->shared)
//            the engine has let go again                 -> it lets the wrapper go, too (hooks->sole)
//          so the two live and die together, whoever lets go last, and a wrapper is never rebuilt while one exists.
// Weak<T>  a pointer to an Object that reads null once the object has gone.
#pragma once
#include <cstddef>
#include <cstdint>
#include <utility>

namespace ue {

class Refcnt {
  public:
    Refcnt(const Refcnt&) = delete;
    Refcnt& operator=(const Refcnt&) = delete;

    void retain() const { ++refs_; }
    void release() const {
        if (--refs_ == 0) {
            refs_ = kDying;
            delete this;
        }
    }
    uint32_t refs() const { return refs_; }

  protected:
    Refcnt() = default;
    virtual ~Refcnt() = default;

  private:
    // While the destructor runs, a temporary Ref to the object must not delete it a second time.
    static constexpr uint32_t kDying = 1u << 30;
    mutable uint32_t refs_ = 0;
};

template <class T>
class Ref {
  public:
    Ref() = default;
    Ref(std::nullptr_t) {}
    Ref(T* p) : p_(p) {
        if (p_) p_->retain();
    }
    Ref(const Ref& o) : Ref(o.p_) {}
    Ref(Ref&& o) noexcept : p_(o.p_) { o.p_ = nullptr; }
    template <class U>
    Ref(const Ref<U>& o) : Ref(o.get()) {}
    ~Ref() { reset(); }

    Ref& operator=(const Ref& o) {
        Ref copy(o);
        std::swap(p_, copy.p_);
        return *this;
    }
    Ref& operator=(Ref&& o) noexcept {
        Ref taken(std::move(o));
        std::swap(p_, taken.p_);
        return *this;
    }
    void reset() {
        T* p = p_;
        p_ = nullptr;
        if (p) p->release();
    }
    T* get() const { return p_; }
    T* operator->() const { return p_; }
    T& operator*() const { return *p_; }
    explicit operator bool() const { return p_ != nullptr; }

  private:
    T* p_ = nullptr;
};

template <class T, class U>
bool operator==(const Ref<T>& a, const Ref<U>& b) {
    return a.get() == b.get();
}
template <class T, class U>
bool operator!=(const Ref<T>& a, const Ref<U>& b) {
    return a.get() != b.get();
}

template <class T, class... A>
Ref<T> make(A&&... args) {
    return Ref<T>(new T(std::forward<A>(args)...));
}

// A row of the class table: the public class name and the class above. Compared by address.
struct Type {
    const char* name;
    const Type* parent;

    bool is_a(const Type& wanted) const {
        for (const Type* t = this; t; t = t->parent)
            if (t == &wanted) return true;
        return false;
    }
};

class Object {
  public:
    static const Type kType;

    Object(const Object&) = delete;
    Object& operator=(const Object&) = delete;

    virtual const Type& type() const { return kType; }

    void retain() const {
        if (++refs_ == 2 && wrapper_) hooks_->shared(wrapper_);
    }
    void release() const;
    uint32_t refs() const { return refs_; }

    struct Hooks {
        void (*shared)(void* wrapper);  // the object begins to hold its wrapper
        void (*sole)(void* wrapper);    // it stops doing so; may end the wrapper and with it the object
        // True if nobody but the object holds the wrapper and nothing of its user's is kept in it: then whatever it
        // caches of the object is dropped, and it may stand for the object's next content.
        bool (*reclaim)(void* wrapper);
    };
    // Set once, by the binding, before the first wrapper.
    static void set_hooks(const Hooks* hooks) { hooks_ = hooks; }

    void* wrapper() const { return wrapper_; }
    void attach_wrapper(void* wrapper);  // the wrapper now counts as a reference
    void detach_wrapper();               // the wrapper is going: its reference goes, perhaps the object as well

    // For objects that are used again and again (messages), asked by the holder of the only engine reference: may the
    // object get a new content, since nobody else can see it?
    bool reclaim() const { return refs_ == 1 ? !wrapper_ : refs_ == 2 && wrapper_ && hooks_->reclaim(wrapper_); }

    // Engine objects alive in this process, whichever threads they belong to; what a leak test reads.
    static long live();

  protected:
    Object();
    virtual ~Object();
    // The last reference has gone, the object is still whole: the place for an end that calls out. It counts as held
    // once for the time of the call and may be held for longer. True: something was done, ask again when that is over.
    virtual bool farewell() { return false; }

  private:
    template <class T>
    friend class Weak;
    struct WeakCell {
        Object* object;
        uint32_t holders;
    };
    class WeakTable;
    static WeakCell* weak_cell(Object* object);
    static void drop_weak_cell(WeakCell* cell);

    static constexpr uint32_t kDying = 1u << 30;
    static const Hooks* hooks_;

    mutable uint32_t refs_ = 0;
    bool weakly_held_ = false;
    void* wrapper_ = nullptr;
};

template <class T>
T* object_cast(Object* o) {
    return o && o->type().is_a(T::kType) ? static_cast<T*>(o) : nullptr;
}

template <class T>
class Weak {
  public:
    Weak() = default;
    explicit Weak(T* p) : cell_(p ? Object::weak_cell(p) : nullptr) {}
    Weak(const Weak& o) : cell_(o.cell_) {
        if (cell_) ++cell_->holders;
    }
    Weak(Weak&& o) noexcept : cell_(o.cell_) { o.cell_ = nullptr; }
    Weak& operator=(Weak o) noexcept {
        std::swap(cell_, o.cell_);
        return *this;
    }
    ~Weak() {
        if (cell_) Object::drop_weak_cell(cell_);
    }
    T* get() const { return cell_ ? static_cast<T*>(cell_->object) : nullptr; }
    explicit operator bool() const { return get() != nullptr; }

  private:
    Object::WeakCell* cell_ = nullptr;
};

}  // namespace ue
