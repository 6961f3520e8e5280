// Prepare, Check, Idle: called once every turn of the loop, before polling, after polling, and instead of blocking.
#pragma once
#include "net/handle.h"

namespace ue::net {

class Prepare : public Handle {
  public:
    static const Type kType;  // "UniEvent::Prepare"
    const Type& type() const override { return kType; }
    const char* type_name() const override { return "prepare"; }

    explicit Prepare(Ref<Loop> loop);
    Event<Prepare*> event;  // observer: on_prepare
    void start();           // harmless if started
    void stop();
    void call_now();

    bool active() const override;
    void set_weak(bool weak) override;
    void reset() override;
    void clear() override;

  protected:
    ~Prepare() override;

  private:
    uv_prepare_t* uv_;
};

class Check : public Handle {
  public:
    static const Type kType;  // "UniEvent::Check"
    const Type& type() const override { return kType; }
    const char* type_name() const override { return "check"; }

    explicit Check(Ref<Loop> loop);
    Event<Check*> event;  // observer: on_check
    void start();
    void stop();
    void call_now();

    bool active() const override;
    void set_weak(bool weak) override;
    void reset() override;
    void clear() override;

  protected:
    ~Check() override;

  private:
    uv_check_t* uv_;
};

class Idle : public Handle {
  public:
    static const Type kType;  // "UniEvent::Idle"
    const Type& type() const override { return kType; }
    const char* type_name() const override { return "idle"; }

    explicit Idle(Ref<Loop> loop);
    Event<Idle*> event;  // observer: on_idle
    void start();
    void stop();
    void call_now();

    bool active() const override;
    void set_weak(bool weak) override;
    void reset() override;
    void clear() override;

  protected:
    ~Idle() override;

  private:
    uv_idle_t* uv_;
};

}  // namespace ue::net
