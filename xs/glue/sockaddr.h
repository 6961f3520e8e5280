// Socket addresses on the Perl side: a blessed reference to the native structure's bytes. Values without identity.
#pragma once
#include "net/resolver.h"
#include "net/sockaddr.h"
#include "xs/glue/settings.h"

namespace ue::glue {

// A longjmp may skip both.
static_assert(std::is_trivially_destructible_v<net::SockAddr>);
static_assert(std::is_trivially_destructible_v<net::ResolveHints>);

// A new object of the child class for its family; undef for the empty address. Not mortal.
SV* sockaddr_sv(pTHX_ const net::SockAddr& address);

// The address in an object or a packed string; undef is the empty one. False: neither, or a structure that is cut off.
// Never dies, so fit for use inside guard().
bool read_sockaddr(pTHX_ SV* sv, net::SockAddr& out);
// For arguments, outside guard(): dies naming the argument. An empty address is refused.
net::SockAddr sockaddr_arg(pTHX_ SV* sv, const Argument& argument);
// For methods: dies unless `sv` is an object of these classes.
net::SockAddr sockaddr_self(pTHX_ SV* sv, Method method = __builtin_FUNCTION());

// A new object (undef for undef) of what read_sockaddr accepts; dies for the rest.
SV* sockaddr_copy(pTHX_ SV* sv, Method method = __builtin_FUNCTION());

// What a constructor returns: the address blessed into `klass`. Throws Misuse with `problem` if there is none.
SV* made_sockaddr(pTHX_ const Expected<net::SockAddr>& made, SV* klass, const std::string& problem);

// The bytes of an address of 4 or 16: dies otherwise.
void check_raw_address(pTHX_ SV* addr, size_t expected, const char* argument);

// Dies for anything but a number from 0 to 65535, naming the argument.
uint16_t port_arg(pTHX_ SV* sv, const Argument& argument);

// A hash of family, socktype, protocol and flags. Throws Misuse.
net::ResolveHints hints_in(const Settings& hints);

}  // namespace ue::glue
