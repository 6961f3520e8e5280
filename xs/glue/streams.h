// What the methods of UniEvent::Stream, Tcp and Pipe need beyond converting: argument forms, the factory of accepted
// streams, pairs.
#pragma once
#include "net/pipe.h"
#include "net/tcp.h"
#include "xs/glue/convert.h"

namespace ue::glue {

// listen([$backlog]), listen($callback, [$backlog]). Mortal error or null. The callback is added only on success.
SV* listen_stream(pTHX_ Method method, net::Stream* stream, SV* first, SV* second);

// The request, not mortal; null for empty data.
SV* write_stream(pTHX_ Method method, net::Stream* stream, SV* data, SV* callback);
SV* shutdown_stream(pTHX_ Method method, net::Stream* stream, SV* first, SV* second);
void run_in_order(pTHX_ Method method, net::Stream* stream, SV* callback);

// $code->($server) makes the streams of accepted connections; null removes. What it returns must be a fresh stream of
// the server's kind and loop: anything else is an exception of the callback.
void set_connection_factory(pTHX_ Method method, net::Stream* stream, SV* code);

// Of the kernel, receiving or sending.
Outcome buffer_size(pTHX_ Method method, net::Stream* stream, bool sending);
Outcome set_buffer_size(pTHX_ Method method, net::Stream* stream, SV* bytes, bool sending);

// undef or missing: the default context for connecting.
void use_ssl(pTHX_ Method method, net::Stream* stream, SV* context);

// Tcp: connect($host, $port, ...) and connect(\%params); connect_addr($addr, ...). The request, not mortal.
SV* connect_by_name(pTHX_ Method method, net::Tcp* tcp, SV* host, SV* port, SV* third, SV* fourth);
SV* connect_by_params(pTHX_ Method method, net::Tcp* tcp, SV* params);
SV* connect_by_addr(pTHX_ Method method, net::Tcp* tcp, SV* address, SV* second, SV* third);
// Mortal error or null.
SV* bind_tcp(pTHX_ Method method, net::Tcp* tcp, SV* host, SV* port, SV* hints, unsigned flags);

SV* connect_pipe(pTHX_ Method method, net::Pipe* pipe, std::string_view path, SV* callback);

// Tcp::pair([$loop]) and pair(\%params): mortals.
struct Pair {
    SV *first, *second;
};
Pair tcp_pair(pTHX_ Method method, SV* loop_or_params);
// Pipe::pair([$loop]) and pair($reader, $writer)
Pair pipe_pair(pTHX_ Method method, SV* first, SV* second, bool two_given);

}  // namespace ue::glue
