// Memory for a compressor of which there are thousands and which comes and goes by itself: whole pages from the system,
// given back the moment they are freed. The heap would keep them, since what lies between them (decompressors) stays.
#pragma once
#include <zlib.h>

namespace ue::codec {

// Makes a stream that is not initialised yet take its memory so. Without memory the initialisation fails.
void use_pages(z_stream* z);

}  // namespace ue::codec
