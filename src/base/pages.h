// Memory in whole pages from the system, given back to it the moment it is freed. For what comes and goes by the thousand
// among things that stay: the heap would keep the holes.
#pragma once
#include <cstddef>

namespace ue {

void* take_pages(size_t size);  // zeros; null without memory
void give_pages_back(void* memory);

}  // namespace ue
