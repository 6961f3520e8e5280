#include "ws/compression.h"

#include "ws/share.h"

namespace ue::ws {

Compression::Compression(codec::Role role, const codec::DeflateConfig& agreed, net::Loop& loop,
                         const SharedConnectionConfig& config)
    : streams_(role, agreed, Share::deflate()) {
    if (!config.idle_compressors)
        config.idle_compressors = make<net::TimeoutQueue>(Ref<net::Loop>(&loop), config.value.deflate_idle_timeout);
    idle_ = config.idle_compressors;
}

}  // namespace ue::ws
