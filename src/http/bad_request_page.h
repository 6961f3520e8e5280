// What a client gets to see whose request could not be understood and that the user did not answer.
#pragma once
#include "http/server_response.h"

namespace ue::http {

Ref<ServerResponse> make_bad_request_page();

}  // namespace ue::http
