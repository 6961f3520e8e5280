#include "http/bad_request_page.h"

namespace ue::http {

namespace {
// Browsers show a page of their own in place of a short one; hence the padding.
const char kPage[] =
    "<!DOCTYPE html>\n"
    "<html>\n"
    "<head><title>400 Bad Request</title></head>\n"
    "<body>\n"
    "<h1>400 Bad Request</h1>\n"
    "<p>The server did not understand what was sent to it.</p>\n"
    "<hr>\n"
    "<address>UniEvent-HTTP</address>\n"
    "</body>\n"
    "</html>\n"
    "<!-- this comment is here to make the page long enough -->\n"
    "<!-- for browsers that put a page of their own in place -->\n"
    "<!-- of every error page that they consider too short  -->\n"
    "<!-- to be of any use to the person in front of them.  -->\n"
    "<!-- What counts is the number of bytes alone, so that -->\n"
    "<!-- these lines need not tell more than this. The end. -->\n";
}  // namespace

Ref<ServerResponse> make_bad_request_page() {
    auto page = make<ServerResponse>();
    page->set_code(400);
    page->headers().add("Content-Type", "text/html");
    page->headers().add("Connection", "close");
    page->set_body(kPage);
    return page;
}

}  // namespace ue::http
