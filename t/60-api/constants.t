# Every constant has its value, every error constant its category and its text, by each of its names.
use strict;
use warnings;
use lib 't/lib';
use Test::More;
use Config;
use Errno ();
use Socket ();
use UniEvent::Signal ();
use UniEvent::WebSocket;

sub check {
    my ($package, %value) = @_;
    no strict 'refs';
    is_deeply({map { $_ => eval { &{"${package}::$_"}() } } keys %value}, \%value, $package);
}

# Websocket: both packages, and the short name of the first.
my %websocket = (
    OPCODE_CONTINUE => 0, OPCODE_TEXT => 1, OPCODE_BINARY => 2, OPCODE_CLOSE => 8, OPCODE_PING => 9, OPCODE_PONG => 10,
    CLOSE_DONE => 1000, CLOSE_AWAY => 1001, CLOSE_PROTOCOL_ERROR => 1002, CLOSE_INVALID_DATA => 1003, CLOSE_UNKNOWN => 1005,
    CLOSE_ABNORMALLY => 1006, CLOSE_INVALID_TEXT => 1007, CLOSE_BAD_REQUEST => 1008, CLOSE_MAX_SIZE => 1009,
    CLOSE_EXTENSION_NEEDED => 1010, CLOSE_INTERNAL_ERROR => 1011, CLOSE_TLS => 1015,
);
check($_, %websocket) for qw(UniEvent::WebSocket UE::WebSocket Protocol::WebSocket::Fast);
{
    package Everything;
    Protocol::WebSocket::Fast->import;
    package Some;
    Protocol::WebSocket::Fast->import(qw(CLOSE_AWAY OPCODE_PONG));
    package Nothing;
    eval 'use Protocol::WebSocket::Fast (); 1' or die;
}
is_deeply([sort grep { defined &{"Everything::$_"} } keys %Everything::], [sort keys %websocket], 'all are imported by default');
is_deeply([sort grep { defined &{"Some::$_"} } keys %Some::], [qw(CLOSE_AWAY OPCODE_PONG)], 'the named ones');
is_deeply([grep { defined &{"Nothing::$_"} } keys %Nothing::], [], 'none');

my %state = (STATE_INITIAL => 0, STATE_TCP_CONNECTING => 1, STATE_CONNECTING => 2, STATE_CONNECTED => 3, STATE_HALT => 4);
check('UniEvent::WebSocket::Connection', %state);
is(UniEvent::WebSocket::Client->can('STATE_HALT')->(), 4, 'inherited by clients');
is(UniEvent::WebSocket::ServerConnection->STATE_CONNECTED, 3, 'and by connections of servers');

check('Protocol::HTTP::Message', STATE_HEADERS => 0, STATE_BODY => 1, STATE_CHUNK => 2, STATE_CHUNK_BODY => 3, STATE_CHUNK_TRAILER => 4,
    STATE_DONE => 5, STATE_ERROR => 6);
check('Protocol::HTTP::Request', METHOD_UNSPECIFIED => 0, METHOD_OPTIONS => 1, METHOD_GET => 2, METHOD_HEAD => 3, METHOD_POST => 4,
    METHOD_PUT => 5, METHOD_DELETE => 6, METHOD_TRACE => 7, METHOD_CONNECT => 8, ENCODING_MULTIPART => 0, ENCODING_URL => 1);
check('Protocol::HTTP::Response', COOKIE_SAMESITE_DISABLED => 0, COOKIE_SAMESITE_STRICT => 1, COOKIE_SAMESITE_LAX => 2,
    COOKIE_SAMESITE_NONE => 3);
check('Protocol::HTTP::Compression', gzip => 1, deflate => 2, brotli => 4, identity => 8, LEVEL_MIN => 0, LEVEL_OPTIMAL => 1, LEVEL_MAX => 2);
check('URI::XS', ALLOW_SUFFIX_REFERENCE => 1, QUERY_PARAM_SEMICOLON => 2, ALLOW_EXTENDED_CHARS => 4, ALLOW_LEADING_AUTHORITY => 1,
    PARAM_DELIM_SEMICOLON => 2);
check('UniEvent::Pipe', MODE_NOT_CONNECTED => 0, MODE_READABLE => 1, MODE_WRITABLE => 2, TYPE => 'pipe');
check('UniEvent::Tcp', IPV6ONLY => 1, TYPE => 'tcp');
check('UniEvent::Resolver', CANONAME => 1, NUMERICSERV => 8);
check("UniEvent::\u$_", TYPE => $_) for qw(timer prepare check idle signal);
check('UniEvent::Handle', UNKNOWN_TYPE => 'unknown');
check('UniEvent', AF_UNSPEC => 0, AF_INET => Socket::AF_INET(), AF_INET6 => Socket::AF_INET6(), PF_UNSPEC => 0, PF_INET => Socket::PF_INET(),
    PF_INET6 => Socket::PF_INET6(), SOCK_STREAM => Socket::SOCK_STREAM(), SOCK_DGRAM => Socket::SOCK_DGRAM(), INET_ADDRSTRLEN => 16,
    INET6_ADDRSTRLEN => 46);

check('XS::STL::io_errc', stream => 1);
check('XS::STL::future_errc', broken_promise => 0, future_already_retrieved => 1, promise_already_satisfied => 2, no_state => 3);

# Signals are those of perl; the usual ones are there.
is(join(' ', grep { !UniEvent::Signal->can($_) } qw(SIGHUP SIGINT SIGQUIT SIGILL SIGTRAP SIGABRT SIGBUS SIGFPE SIGKILL SIGUSR1 SIGSEGV
    SIGUSR2 SIGPIPE SIGALRM SIGTERM SIGCHLD SIGCONT SIGSTOP SIGTSTP SIGTTIN SIGTTOU SIGURG SIGXCPU SIGXFSZ SIGVTALRM SIGPROF SIGWINCH
    SIGIO SIGSYS)), '', 'signals');
is(join(' ', grep { !UniEvent::Signal->can($_) } qw(SIGSTKFLT SIGPWR SIGPOLL)), '', 'signals of Linux') if $^O eq 'linux';
my @numbers = split ' ', $Config{sig_num};
my @names = split ' ', $Config{sig_name};
for my $i (0 .. $#names) {
    my $sub = UniEvent::Signal->can("SIG$names[$i]") or next;
    is($sub->(), $numbers[$i], "SIG$names[$i]");
}

# Errors: the package, the category, and from 1 on name and text; undef where no text is promised.
sub check_errors {
    my ($package, $category, @rows) = @_;
    my $value = 0;
    while (my ($name, $text) = splice @rows, 0, 2) {
        $value++;
        my $error = eval { no strict 'refs'; &{"${package}::$name"}() };
        is_deeply(ref $error && [$error->value, $error->category->name, defined $text ? $error->message : ()],
            [$value, $category, defined $text ? $text : ()], "${package}::$name");
    }
}

check_errors('UniEvent::Error', 'unievent',
    unknown_error => 'unknown error', read_start_error => 'read start error', bind_error => 'bind error',
    listen_error => 'listen error', ssl_error => 'ssl error', resolve_error => 'resolve error',
    ai_address_family_not_supported => 'address family not supported', ai_temporary_failure => 'temporary failure',
    ai_bad_flags => 'bad ai_flags value', ai_bad_hints => 'invalid value for hints', ai_request_canceled => 'request canceled',
    ai_permanent_failure => 'permanent failure', ai_family_not_supported => 'ai_family not supported',
    ai_out_of_memory => 'out of memory', ai_no_address => 'no address', ai_unknown_node_or_service => 'unknown node or service',
    ai_argument_buffer_overflow => 'argument buffer overflow', ai_resolved_protocol_unknown => 'resolved protocol is unknown',
    ai_service_not_available_for_socket_type => 'service not available for socket type',
    ai_socket_type_not_supported => 'socket type not supported', invalid_unicode_character => 'invalid Unicode character',
    not_on_network => 'machine is not on the network', transport_endpoint_shutdown => 'cannot send after transport endpoint shutdown',
    host_down => 'host is down', remote_io => 'remote I/O error');
check_errors('UniEvent::ResolveError', 'unievent-resolve', map { $_ => undef } qw(host_not_found not_implemented service_not_found
    no_data bad_format server_failed refused bad_query bad_name bad_response eof file_read_error bad_string bad_flags noname bad_hints
    not_initialized iphlpapi_load_error no_get_network_params));
check_errors('UniEvent::StreamerError', 'unievent-streamer', read_error => 'streamer read error', write_error => 'streamer write error');
check_errors('Protocol::HTTP::Error', 'protocol-http',
    lexical_error => 'http parsing lexical error',
    multiple_content_length => 'multiple content-length header in message is not allowed',
    headers_too_large => 'headers is bigger than max_headers_size', body_too_large => 'body is bigger than max_body_size',
    unexpected_body => 'body is prohibited', unexpected_eof => 'http parsing error: unexpected EOF',
    unexpected_continue => 'response code 100-continue was not expected',
    unsupported_transfer_encoding => 'transfer encodinng is not supported',
    unsupported_compression => 'compression method is not supported', uncompression_failure => 'payload cannot be uncompressed',
    corrupted_cookie_jar => 'serialized cookie jar seems corrupted', invalid_content_length => undef, ambiguous_length => undef);
check_errors('UniEvent::HTTP::Error', 'unievent-http',
    connect_error => 'connect error',
    no_redirect_uri => 'server did not return valid Location header in redirection response',
    redirection_limit => 'redirection limit exceeded', unexpected_redirect => 'unexpected redirection response',
    transfer_aborted => 'server aborted body transfer by sending final response code', server_stopping => 'server is stopping',
    pipeline_canceled => 'pipelined requests were canceled',
    upgrade_in_pipeline => 'received upgrade request in a pipelined http connection',
    upgrade_wrong_request => q(this request can't be upgraded),
    wrong_host => q(the Host header is missing, repeated or no host));
check_errors('UniEvent::WebSocket::Error', 'unievent::websocket::Error',
    READ_ERROR => 'read error', WRITE_ERROR => 'write error', CONNECT_ERROR => 'connect error');
check_errors('Protocol::WebSocket::Fast::Error', 'protocol-websocket',
    garbage_after_connect => 'garbage found after http request',
    unsupported_version => q(client's Sec-WebSocket-Version is not supported),
    response_code_101 => 'handshake response code must be 101', connection_mustbe_upgrade => q(Connection must be 'Upgrade'),
    upgrade_mustbe_websocket => q(Upgrade must be 'websocket'), sec_accept_missing => 'Sec-WebSocket-Accept missing or invalid',
    method_mustbe_get => 'method must be GET', http_1_1_required => 'HTTP/1.1 or higher required',
    body_prohibited => 'body must not present', invalid_opcode => 'invalid opcode received',
    control_fragmented => q(control frame can't be fragmented), control_payload_too_big => 'control frame payload is too big',
    not_masked => 'frame is not masked', max_frame_size => 'max frame size exceeded', max_message_size => 'max message size exceeded',
    close_frame_invalid_data => 'control frame CLOSE contains invalid data',
    initial_continue => q(initial frame can't have opcode CONTINUE), fragment_no_continue => 'fragment frame must have opcode CONTINUE',
    deflate_negotiation_failed => 'deflate parameters negotiation error',
    control_frame_compression => 'compression of control frames is not allowed', inflate_error => 'zlib::inflate error',
    unexpected_rsv => 'RSV is set but no extension defining RSV meaning has been negotiated', invalid_utf8 => 'invalid utf8 sequence',
    invalid_length => 'frame length is not encoded in the shortest form',
    subprotocol_mismatch => 'server selected a subprotocol that was not offered',
    extension_mismatch => 'server selected an extension that was not offered', masked => 'frame from server is masked');

# Errors of the system: a long and a short name each, with the number that Errno knows.
my %system = qw(
    address_family_not_supported EAFNOSUPPORT address_in_use EADDRINUSE address_not_available EADDRNOTAVAIL
    already_connected EISCONN argument_list_too_long E2BIG argument_out_of_domain EDOM bad_address EFAULT
    bad_file_descriptor EBADF bad_message EBADMSG broken_pipe EPIPE connection_aborted ECONNABORTED
    connection_already_in_progress EALREADY connection_refused ECONNREFUSED connection_reset ECONNRESET
    cross_device_link EXDEV destination_address_required EDESTADDRREQ device_or_resource_busy EBUSY
    directory_not_empty ENOTEMPTY executable_format_error ENOEXEC file_exists EEXIST file_too_large EFBIG
    filename_too_long ENAMETOOLONG function_not_supported ENOSYS host_unreachable EHOSTUNREACH identifier_removed EIDRM
    illegal_byte_sequence EILSEQ inappropriate_io_control_operation ENOTTY interrupted EINTR invalid_argument EINVAL
    invalid_seek ESPIPE io_error EIO is_a_directory EISDIR message_size EMSGSIZE network_down ENETDOWN
    network_reset ENETRESET network_unreachable ENETUNREACH no_buffer_space ENOBUFS no_child_process ECHILD no_link ENOLINK
    no_lock_available ENOLCK no_message ENOMSG no_message_available ENODATA no_protocol_option ENOPROTOOPT
    no_space_on_device ENOSPC no_stream_resources ENOSR no_such_device ENODEV no_such_device_or_address ENXIO
    no_such_file_or_directory ENOENT no_such_process ESRCH not_a_directory ENOTDIR not_a_socket ENOTSOCK not_a_stream ENOSTR
    not_connected ENOTCONN not_enough_memory ENOMEM not_supported ENOTSUP operation_canceled ECANCELED
    operation_in_progress EINPROGRESS operation_not_permitted EPERM operation_not_supported EOPNOTSUPP
    operation_would_block EWOULDBLOCK owner_dead EOWNERDEAD permission_denied EACCES protocol_error EPROTO
    protocol_not_supported EPROTONOSUPPORT read_only_file_system EROFS resource_deadlock_would_occur EDEADLK
    resource_unavailable_try_again EAGAIN result_out_of_range ERANGE state_not_recoverable ENOTRECOVERABLE
    stream_timeout ETIME text_file_busy ETXTBSY timed_out ETIMEDOUT too_many_files_open EMFILE
    too_many_files_open_in_system ENFILE too_many_links EMLINK too_many_symbolic_link_levels ELOOP value_too_large EOVERFLOW
    wrong_protocol_type EPROTOTYPE
);
for my $long (sort keys %system) {
    my ($number, @errors) = (Errno->can($system{$long})->(), map { my $package = $_; map { $package->can($_)->() } $long, $system{$long} }
        qw(UniEvent::SystemError XS::STL::errc));
    is_deeply([map { ($_->value, $_->category->name) } @errors], [($number, 'generic') x 4], "$long, $system{$long}");
}

my %category = (
    'UniEvent::Error' => {category => 'unievent', resolve_category => 'unievent-resolve', ssl_category => 'unievent-ssl',
        openssl_category => 'unievent-openssl', streamer_category => 'unievent-streamer', system_category => 'generic'},
    'XS::STL' => {generic_category => 'generic', system_category => 'system', iostream_category => 'iostream', future_category => 'future'},
    map({ ($_ => {error_category => {'Protocol::HTTP' => 'protocol-http', 'UniEvent::HTTP' => 'unievent-http',
        'Protocol::WebSocket::Fast' => 'protocol-websocket'}->{$_}}) } qw(Protocol::HTTP UniEvent::HTTP Protocol::WebSocket::Fast)),
);
for my $package (sort keys %category) {
    no strict 'refs';
    is(&{"${package}::$_"}()->name, $category{$package}{$_}, "${package}::$_") for sort keys %{ $category{$package} };
}

done_testing;
