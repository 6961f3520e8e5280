# What t/60-api/wrong_calls.t calls methods on and with: an object of each class, and values that nearly no method can use.
package UETest::WrongCalls;
use strict;
use warnings;
use Exporter 'import';
use Net::SockAddr;
use UniEvent::HTTP;
use UniEvent::HTTP::UserAgent;
use UniEvent::SslContext;
use UniEvent::WebSocket;
use URI::XS;

our @EXPORT_OK = qw(objects junk);

sub junk { return (undef, 'x', '', -1, \1, [], ['x'], {}, sub { }, bless({}, 'Somebody::Else')) }

# These would run until something happens.
sub waits {
    my ($class, $name) = @_;
    return $class eq 'UniEvent::Loop' && $name eq 'run';
}

# Each of them fresh and idle, in a loop of its own.
sub objects {
    my $loop = UniEvent::Loop->new;
    my %object = map { ($_ => $_->new($loop)) }
        qw(UniEvent::Timer UniEvent::Signal UniEvent::Prepare UniEvent::Check UniEvent::Idle UniEvent::Tcp UniEvent::Pipe
        UniEvent::Resolver UniEvent::HTTP::Server UniEvent::HTTP::Client UniEvent::HTTP::Pool);
    $object{$_} = $_->new for qw(UniEvent::HTTP::Request UniEvent::HTTP::Response UniEvent::HTTP::ServerResponse UniEvent::WebSocket::ConnectRequest
        UniEvent::WebSocket::Connection::Statistics Protocol::HTTP::Request Protocol::HTTP::Response Protocol::HTTP::RequestParser
        Protocol::HTTP::ResponseParser Protocol::HTTP::CookieJar Protocol::WebSocket::Fast::ServerParser
        Protocol::WebSocket::Fast::ClientParser Protocol::WebSocket::Fast::ConnectRequest Protocol::WebSocket::Fast::ConnectResponse
        UniEvent::SslContext);
    $object{'UniEvent::Loop'} = UniEvent::Loop->new;
    $object{'UniEvent::Handle'} = $object{'UniEvent::Timer'};
    $object{'UniEvent::Stream'} = $object{'UniEvent::Tcp'};
    $object{'Protocol::HTTP::Message'} = $object{'Protocol::HTTP::Request'};
    $object{'Protocol::WebSocket::Fast::Parser'} = $object{'Protocol::WebSocket::Fast::ServerParser'};
    $object{'UniEvent::WebSocket::Server'} = UniEvent::WebSocket::Server->new({}, $loop);
    $object{'UniEvent::WebSocket::Connection'} = $object{'UniEvent::WebSocket::Client'} = UniEvent::WebSocket::Client->new({}, $loop);
    $object{'XS::Framework::CallbackDispatcher'} = $object{'UniEvent::Timer'}->event;
    $object{'URI::XS'} = URI::XS->new('http://host/path');
    $object{'Net::SockAddr'} = $object{'Net::SockAddr::Inet4'} = SOCKADDR_LOOPBACK;
    $object{'Net::SockAddr::Inet6'} = SOCKADDR6_LOOPBACK;
    $object{'Net::SockAddr::Unix'} = Net::SockAddr::Unix->new('/x');
    $object{'XS::STL::ErrorCode'} = UniEvent::SystemError::address_in_use();
    $object{'XS::STL::ErrorCategory'} = XS::STL::generic_category();
    $object{'XS::ErrorCode'} = XS::ErrorCode->new($object{'XS::STL::ErrorCode'});
    $object{'UniEvent::Backend'} = UniEvent::default_backend();
    $object{'UniEvent::Work'} = UniEvent::get_random(1, sub { }, $loop);
    $object{'UniEvent::HTTP::UserAgent'} = UniEvent::HTTP::UserAgent->new($loop);
    $object{'UniEvent::Error'} = UniEvent::Error->new('x');
    return \%object;
}


# Classes whose methods take nothing that could be wrong, but for their objects: values, events, what only the library makes.
sub without_arguments {
    return [qw(UniEvent::Backend UniEvent::Work UniEvent::Request::Connect UniEvent::Resolver::Request UniEvent::HTTP::RedirectContext
        UniEvent::HTTP::Error UniEvent::Error Protocol::HTTP::Error Protocol::WebSocket::Fast::Error
        UniEvent::ResolveError UniEvent::StreamerError UniEvent::SystemError XS::STL XS::STL::io_errc XS::STL::future_errc
        Protocol::HTTP Protocol::HTTP::Compression Protocol::WebSocket::Fast Protocol::WebSocket::Fast::Message Protocol::WebSocket::Fast::Frame
        Protocol::WebSocket::Fast::FrameIterator Protocol::WebSocket::Fast::MessageIterator Protocol::WebSocket::Fast::FrameSender
        UniEvent::WebSocket UniEvent::WebSocket::XSConnectionIterator)];
}

# {class => [[what, sub of an object, method, parts of the message]]}
sub rows {
    my $seconds = 'expected a number of seconds, 0 or more';
    my $code = 'expected a code reference';
    my $hash = 'expected a hash reference';
    my $loop = 'expected an object of class UniEvent::Loop';
    my $listen = sub { my (%location) = @_; return { locations => [{ host => '127.0.0.1', %location }] } };
    my %tick = map { my $class = "UniEvent::$_"; ($class => [
        ['a loop that is none', sub { $class->new('x') }, "$class->new", 'loop', "got 'x'", $loop],
        ['a callback that is none', sub { $_[0]->start('x') }, "$class\::start", 'callback', "got 'x'", $code],
        ['a handler that is none', sub { $_[0]->callback([]) }, "$class\::callback", 'callback', 'got a reference to ARRAY', $code],
        ['too much', sub { $_[0]->stop(1) }, "$class\::stop", '()'],
    ]) } qw(Prepare Check Idle);
    return {
        %tick,
        'UniEvent' => [
            ['no interval', sub { UniEvent::timer(undef, sub { }) }, 'UniEvent::Timer::create', 'interval', 'got undef', $seconds],
            ['too many bytes', sub { UniEvent::get_random(-1) }, 'UniEvent::get_random', 'length', "got '-1'", 'expected a number of bytes from 0'],
            ['a callback that is none', sub { UniEvent::get_random(1, 'x') }, 'UniEvent::get_random', 'callback', "got 'x'", $code],
            ['no file', sub { UniEvent::guess_type('x') }, 'UniEvent::guess_type', 'file', "got 'x'", 'expected an open file handle'],
            ['no backend', sub { UniEvent::set_default_backend('x') }, 'UniEvent::set_default_backend', 'backend', "got 'x'", 'expected an object of class UniEvent::Backend'],
        ],
        'UniEvent::Loop' => [
            ['no callback', sub { $_[0]->delay }, 'UniEvent::Loop::delay', 'callback'],
            ['undef for a callback', sub { $_[0]->delay(undef) }, 'UniEvent::Loop::delay', 'callback', 'got undef', $code],
            ['a callback that is none', sub { $_[0]->delay({}) }, 'UniEvent::Loop::delay', 'callback', 'got a reference to HASH', $code],
            ['a loop that is none', sub { UniEvent::Loop::run('x') }, 'UniEvent::Loop::run', 'self', "got 'x'", $loop],
            ['by its other name', sub { UniEvent::Loop::run_nowait('x') }, 'UniEvent::Loop::run_nowait', 'self', "got 'x'", $loop],
            ['run while it runs', sub { my $l = UniEvent::Loop->new; $l->delay(sub { $l->run_once }); $l->run_nowait }, 'UniEvent::Loop::run_once', 'Loop::run recursion'],
        ],
        'UniEvent::Handle' => [
            ['a listener that is none', sub { $_[0]->event_listener('x') }, 'UniEvent::Handle::event_listener', 'listener', "got 'x'", 'expected an object or undef'],
            ['too much', sub { $_[0]->reset(1) }, 'UniEvent::Handle::reset', '()'],
        ],
        'UniEvent::Timer' => [
            ['no time', sub { $_[0]->once }, 'UniEvent::Timer::once', 'initial'],
            ['no number', sub { $_[0]->once('soon') }, 'UniEvent::Timer::once', 'initial', "got 'soon'", $seconds],
            ['out of range', sub { $_[0]->start(-1) }, 'UniEvent::Timer::start', 'repeat', "got '-1'", $seconds],
            ['its second time', sub { $_[0]->start(1, 'x', sub { }) }, 'UniEvent::Timer::start', 'initial', "got 'x'", $seconds],
            ['no callback', sub { UniEvent::Timer->create(1) }, 'UniEvent::Timer::create', 'callback'],
            ['by its other name', sub { UniEvent::Timer->create_once(1, 'x') }, 'UniEvent::Timer::create_once', 'callback', "got 'x'", $code],
            ['a loop that is none', sub { UniEvent::Timer->create(1, sub { }, 'x') }, 'UniEvent::Timer::create', 'loop', "got 'x'", $loop],
            ['not begun', sub { UniEvent::Timer->new->again }, 'UniEvent::Timer::again', 'Invalid argument'],
        ],
        'UniEvent::Signal' => [
            ['no number', sub { $_[0]->start }, 'UniEvent::Signal::start', 'signum'],
            ['a callback that is none', sub { $_[0]->once(10, 'x') }, 'UniEvent::Signal::once', 'callback', "got 'x'", $code],
            ['out of range', sub { $_[0]->signame(1000) }, 'UniEvent::Signal::signame', 'signal number', "got '1000'", 'expected 0 to'],
        ],
        'UniEvent::Stream' => [
            ['no callback', sub { $_[0]->run_in_order(undef) }, 'UniEvent::Stream::run_in_order', 'callback', 'got undef', $code],
            ['a callback that is none', sub { $_[0]->listen('x', 1) }, 'UniEvent::Stream::listen', 'callback', "got 'x'", $code],
            ['a time that is none', sub { $_[0]->shutdown('x', sub { }) }, 'UniEvent::Stream::shutdown', 'timeout', "got 'x'", $seconds],
            ['out of range', sub { $_[0]->send_buffer_size(-1) }, 'UniEvent::Stream::send_buffer_size', 'bytes', "got '-1'", 'expected a number of bytes, 1 or more'],
            ['no context', sub { $_[0]->use_ssl(0) }, 'UniEvent::Stream::use_ssl', 'context', "got '0'", 'expected a UniEvent::SslContext'],
            ['too much', sub { $_[0]->read_start(1) }, 'UniEvent::Stream::read_start', '()'],
        ],
        'UniEvent::Tcp' => [
            ['no port', sub { $_[0]->connect('127.0.0.1') }, 'UniEvent::Tcp::connect', 'port required', 'got undef'],
            ['no number', sub { $_[0]->connect('127.0.0.1', 'http') }, 'UniEvent::Tcp::connect', 'port', "got 'http'", 'expected a port from 0 to 65535'],
            ['out of range', sub { $_[0]->bind('127.0.0.1', 65536) }, 'UniEvent::Tcp::bind', 'port', "got '65536'", 'expected a port from 0 to 65535'],
            ['no host', sub { $_[0]->connect({ port => 1 }) }, 'UniEvent::Tcp::connect', 'host', 'got undef', 'expected a name or an address'],
            ['no address', sub { $_[0]->bind_addr('x') }, 'UniEvent::Tcp::bind_addr', 'sockaddr', "got 'x'", 'expected an object of class Net::SockAddr'],
            ['no socket', sub { $_[0]->open(undef) }, 'UniEvent::Tcp::open', 'socket', 'got undef', 'expected an open file handle'],
            ['not open', sub { $_[0]->open(1_000_000) }, 'UniEvent::Tcp::open', 'Bad file descriptor'],
        ],
        'UniEvent::Pipe' => [
            ['no path', sub { $_[0]->bind }, 'UniEvent::Pipe::bind', 'path'],
            ['no file', sub { $_[0]->open('x', 1) }, 'UniEvent::Pipe::open', 'file', "got 'x'", 'expected an open file handle'],
            ['a callback that is none', sub { $_[0]->connect('/x', 'y') }, 'UniEvent::Pipe::connect', 'callback', "got 'y'", $code],
            ['no pipe', sub { UniEvent::Pipe::pair($_[0], 'x') }, 'UniEvent::Pipe::pair', 'writer', "got 'x'", 'expected an object of class UniEvent::Pipe'],
        ],
        'UniEvent::Resolver' => [
            ['no callback', sub { $_[0]->resolve('x') }, 'UniEvent::Resolver::resolve', 'callback', 'got undef', $code],
            ['no sub', sub { $_[0]->resolve({ node => 'x', on_resolve => 'y' }) }, 'UniEvent::Resolver::resolve', 'on_resolve', "got 'y'", $code],
            ['a port out of range', sub { $_[0]->resolve({ port => 70000 }) }, 'UniEvent::Resolver::resolve', 'port', "got '70000'", 'from 0 to 65535'],
            ['no time', sub { $_[0]->cache_expiration_time('x') }, 'UniEvent::Resolver::cache_expiration_time', 'seconds', "got 'x'", $seconds],
        ],
        'UniEvent::SslContext' => [
            ['no hash', sub { UniEvent::SslContext->new('x') }, 'UniEvent::SslContext->new', 'settings', "got 'x'", $hash],
            ['no file', sub { UniEvent::SslContext->new({ cert => '/no/such/file' }) }, 'UniEvent::SslContext->new', 'cert', '/no/such/file'],
            ['not one of the words', sub { UniEvent::SslContext->new({ verify => 'maybe' }) }, 'UniEvent::SslContext->new', 'verify', "got 'maybe'", 'expected none, peer or required'],
        ],

        'XS::STL::ErrorCode' => [['no category', sub { XS::STL::ErrorCode->new(1, undef) }, 'XS::STL::ErrorCode->new', 'category required', 'got undef', 'expected an object of class XS::STL::ErrorCategory']],
        'XS::STL::ErrorCategory' => [['no value', sub { $_[0]->message }, 'XS::STL::ErrorCategory::message', 'value']],
        'XS::ErrorCode' => [
            ['no code', sub { XS::ErrorCode->new('x') }, 'XS::ErrorCode->new', 'code', "got 'x'", 'expected an object of class XS::STL::ErrorCode'],
            ['no error below', sub { XS::ErrorCode->new($_[0], []) }, 'XS::ErrorCode->new', 'next', 'got a reference to ARRAY', 'expected an object of class XS::ErrorCode'],
        ],
        'XS::Framework' => [['no object', sub { XS::Framework::obj2hv('x') }, 'XS::Framework::obj2hv', 'argument', "got 'x'", 'reference']],
        'XS::Framework::CallbackDispatcher' => [
            ['no callback', sub { $_[0]->add(undef) }, 'XS::Framework::CallbackDispatcher::add', 'callback', 'got undef', $code],
            ['by its other name', sub { $_[0]->prepend('x') }, 'XS::Framework::CallbackDispatcher::prepend', 'callback', "got 'x'", $code],
            ['the wrong number', sub { $_[0]->call(1, 2) }, 'XS::Framework::CallbackDispatcher::call', 'expected 1 arguments', 'got 2'],
            ['no reference', sub { $_[0]->add_weak('x', sub { }) }, 'XS::Framework::CallbackDispatcher::add_weak', 'reference', "got 'x'", 'expected a reference'],
        ],
        'Net::SockAddr' => [
            ['nothing', sub { Net::SockAddr->new }, 'Net::SockAddr->new', 'sockaddr'],
            ['no address', sub { Net::SockAddr->new('x') }, 'Net::SockAddr->new', 'sockaddr', "got 'x'", 'expected an object of class Net::SockAddr'],
            ['no object', sub { Net::SockAddr::family('x') }, 'Net::SockAddr::family', 'self', "got 'x'", 'socket address object'],
        ],
        'Net::SockAddr::Inet4' => [
            ['no address', sub { Net::SockAddr::Inet4->new('1.2.3', 80) }, 'Net::SockAddr::Inet4->new', 'ip', "got '1.2.3'", 'expected four numbers'],
            ['no port', sub { Net::SockAddr::Inet4->new('1.2.3.4', 'http') }, 'Net::SockAddr::Inet4->new', 'port', "got 'http'", 'expected a port from 0 to 65535'],
            ['bytes missing', sub { Net::SockAddr::Inet4->from_addr('abc', 80) }, 'Net::SockAddr::Inet4::from_addr', 'addr', 'expected 4 bytes', "got 'abc'"],
        ],
        'Net::SockAddr::Inet6' => [
            ['no address', sub { Net::SockAddr::Inet6->new('::x', 80) }, 'Net::SockAddr::Inet6->new', 'ip', "got '::x'", 'expected groups'],
            ['out of range', sub { Net::SockAddr::Inet6->new('::1', 65536) }, 'Net::SockAddr::Inet6->new', 'port', "got '65536'", 'expected a port from 0 to 65535'],
            ['bytes missing', sub { Net::SockAddr::Inet6->from_addr('abc', 80) }, 'Net::SockAddr::Inet6::from_addr', 'addr', 'expected 16 bytes', "got 'abc'"],
        ],
        'Net::SockAddr::Unix' => [['too long', sub { Net::SockAddr::Unix->new('x' x 200) }, 'Net::SockAddr::Unix->new', 'path', "got 'xxx", 'expected at most 107 bytes']],
        'URI::XS' => [
            ['an odd list', sub { $_[0]->query(a => 1, 'b') }, 'URI::XS::query', 'expected a hash reference, a string, or names and values', 'got 3'],
            ['no location', sub { $_[0]->location('a b:c') }, 'URI::XS::location', 'expected host or host:port', "got 'a b:c'"],
            ['no class', sub { URI::XS::register_scheme('x', 'Somebody::Else') }, 'URI::XS::register_scheme', 'class', "got 'Somebody::Else'", 'inherits from URI::XS'],
        ],
        (map { ("URI::XS::$_" => [['a foreign scheme', sub { "URI::XS::ws"->new('foreign://x') }, 'URI::XS::ws->new', 'scheme', "got 'foreign'", 'expected ws']]) }
            qw(http https ws wss ftp socks ssh telnet sftp)),
        'Protocol::HTTP::Message' => [
            ['no hash', sub { $_[0]->headers('x') }, 'Protocol::HTTP::Message::headers', 'fields', "got 'x'", $hash],
            ['no name', sub { $_[0]->header('a b', 1) }, 'Protocol::HTTP::Message::header', 'header name', "got 'a b'", 'expected a token'],
            ['a value with a line end', sub { $_[0]->header(A => "b\nc") }, 'Protocol::HTTP::Message::header', 'header value', 'in A', 'got byte 10 at position 1', 'not allowed'],
            ['out of range', sub { $_[0]->http_version(20) }, 'Protocol::HTTP::Message::http_version', 'http version', "got '20'", 'expected 10 or 11'],
            ['no compression', sub { $_[0]->compress(77) }, 'Protocol::HTTP::Message::compress', 'compression', "got '77'", 'expected a type'],
        ],
        'Protocol::HTTP::Request' => [
            ['no hash', sub { Protocol::HTTP::Request->new('x') }, 'Protocol::HTTP::Request->new', 'settings', "got 'x'", $hash],
            ['no method', sub { $_[0]->method('NOPE') }, 'Protocol::HTTP::Request::method', 'method', "got 'NOPE'", 'expected a METHOD_ constant'],
            ['a cookie of several', sub { $_[0]->cookie(a => 'b;c') }, 'Protocol::HTTP::Request::cookie', 'cookie value', 'in a', 'got byte 59 at position 1', 'expected no controls'],
            ['no uri', sub { $_[0]->uri([]) }, 'Protocol::HTTP::Request::uri', 'uri', 'got a reference to ARRAY', 'expected a uri'],
            ['a form of no kind', sub { Protocol::HTTP::Request->new({ form => 7 }) }, 'Protocol::HTTP::Request->new', 'form', "got '7'", 'expected ENCODING_MULTIPART'],
        ],
        'Protocol::HTTP::Response' => [
            ['out of range', sub { $_[0]->code(1000) }, 'Protocol::HTTP::Response::code', 'code', "got '1000'", 'expected 100 to 999'],
            ['a phrase with a line end', sub { $_[0]->message("a\nb") }, 'Protocol::HTTP::Response::message', 'reason phrase', "got 'a?b'", 'not allowed'],
            ['a date that is none', sub { $_[0]->cookie(c => { expires => 'soon' }) }, 'Protocol::HTTP::Response::cookie', 'c: expires', "got 'soon'", 'expected seconds since 1970'],
        ],
        'Protocol::HTTP::RequestParser' => [
            ['no buffer', sub { $_[0]->parse }, 'Protocol::HTTP::RequestParser::parse', 'buffer'],
            ['a constant', sub { $_[0]->parse_shift("GET") }, 'Protocol::HTTP::RequestParser::parse_shift', 'buffer', "got 'GET'", 'expected a variable'],
        ],
        'Protocol::HTTP::ResponseParser' => [
            ['no request', sub { $_[0]->set_context_request('x') }, 'Protocol::HTTP::ResponseParser::set_context_request', 'request', "got 'x'", 'expected an object of class Protocol::HTTP::Request'],
            ['too early', sub { $_[0]->parse('HTTP/1.1') }, 'Protocol::HTTP::ResponseParser::parse', 'no corresponding request'],
        ],
        'Protocol::HTTP::CookieJar' => [
            ['no uri', sub { $_[0]->find(undef) }, 'Protocol::HTTP::CookieJar::find', 'uri', 'got undef', 'expected a uri'],
            ['no cookie', sub { $_[0]->add('a', 'x', 'http://h') }, 'Protocol::HTTP::CookieJar::add', 'cookie', "got 'x'", $hash],
            ['no time', sub { $_[0]->to_string(0, 'soon') }, 'Protocol::HTTP::CookieJar::to_string', 'now', "got 'soon'", 'expected seconds since 1970'],
            ['no sub', sub { $_[0]->set_ignore('x') }, 'Protocol::HTTP::CookieJar::set_ignore', 'callback', "got 'x'", $code],
        ],
        'Protocol::WebSocket::Fast::ServerParser' => [
            ['no response', sub { $_[0]->accept_response('x') }, 'Protocol::WebSocket::Fast::ServerParser::accept_response', "got 'x'", 'expected an object of class Protocol::WebSocket::Fast::ConnectResponse'],
            ['out of range', sub { Protocol::WebSocket::Fast::ServerParser->new({ deflate => { mem_level => 77 } }) }, 'Protocol::WebSocket::Fast::ServerParser->new', 'deflate: mem_level', "got '77'", 'expected an integer from 1 to 9'],
        ],
        'Protocol::WebSocket::Fast::ClientParser' => [
            ['no request', sub { $_[0]->connect_request(undef) }, 'Protocol::WebSocket::Fast::ClientParser::connect_request', 'got undef', 'expected an object of class Protocol::WebSocket::Fast::ConnectRequest'],
            ['no host', sub { $_[0]->connect_request({ uri => '/x' }) }, 'Protocol::WebSocket::Fast::ClientParser::connect_request', 'uri', "got '/x'", 'no host'],
            ['too early', sub { $_[0]->connect('x') }, 'Protocol::WebSocket::Fast::ClientParser::connect', 'has not requested connection'],
        ],
        'Protocol::WebSocket::Fast::Parser' => [
            ['no hash', sub { $_[0]->configure('x') }, 'Protocol::WebSocket::Fast::Parser::configure', 'settings', "got 'x'", $hash],
            ['no size', sub { $_[0]->configure({ max_message_size => 'big' }) }, 'Protocol::WebSocket::Fast::Parser::configure', 'max_message_size', "got 'big'", 'expected a whole number'],
            ['an odd list', sub { $_[0]->send_message('x') }, 'Protocol::WebSocket::Fast::Parser::send_message', 'payload, opcode, deflate', "got 'x'", 'expected a list of names and values'],
            ['too early', sub { $_[0]->get_messages('x') }, 'Protocol::WebSocket::Fast::Parser::get_messages', 'not established'],
        ],
        'Protocol::WebSocket::Fast::ConnectRequest' => [
            ['no list', sub { $_[0]->ws_extensions('x') }, 'Protocol::WebSocket::Fast::ConnectRequest::ws_extensions', "got 'x'", 'expected an array reference'],
            ['a line end', sub { $_[0]->ws_protocol("a\nb") }, 'Protocol::WebSocket::Fast::ConnectRequest::ws_protocol', 'value', "got 'a?b'", "can't be part of a header"],
        ],
        'Protocol::WebSocket::Fast::ConnectResponse' => [
            ['no pair', sub { $_[0]->ws_extensions(['x']) }, 'Protocol::WebSocket::Fast::ConnectResponse::ws_extensions', "got 'x'", 'every extension must be'],
        ],
        'UniEvent::HTTP' => [
            ['no request', sub { UniEvent::HTTP::http_request(undef) }, 'UniEvent::HTTP::http_request', 'got undef', 'expected an object of class UniEvent::HTTP::Request'],
            ['no uri', sub { UniEvent::HTTP::http_request({}) }, 'UniEvent::HTTP::http_request', 'request must have uri', 'got none'],
            ['no host', sub { UniEvent::HTTP::http_request_sync({ uri => '/x' }) }, 'UniEvent::HTTP::http_request_sync', 'uri must have host', "got '/x'"],
        ],
        'UniEvent::HTTP::Server' => [
            ['no hash', sub { $_[0]->configure('x') }, 'UniEvent::HTTP::Server::configure', 'settings', "got 'x'", $hash],
            ['no place', sub { $_[0]->configure($listen->(host => '')) }, 'UniEvent::HTTP::Server::configure', 'locations[0]', 'neither host nor path nor socket defined'],
            ['out of range', sub { $_[0]->configure($listen->(port => 70000)) }, 'UniEvent::HTTP::Server::configure', 'locations[0]: port', "got '70000'", 'expected an integer from 0 to 65535'],
            ['no time', sub { $_[0]->configure({ idle_timeout => 'x' }) }, 'UniEvent::HTTP::Server::configure', 'idle_timeout', "got 'x'", $seconds],
            ['nothing to run', sub { $_[0]->run }, 'UniEvent::HTTP::Server::run', 'no locations to listen supplied'],
            ['by its other name', sub { $_[0]->start_listening }, 'UniEvent::HTTP::Server::start_listening', 'no locations to listen supplied'],
            ['not there', sub { UniEvent::HTTP::Server->new({ locations => [{ host => '192.0.2.1', port => 1 }] })->run }, 'UniEvent::HTTP::Server::run', 'locations[0]', '192.0.2.1', 'bind error'],
        ],
        'UniEvent::HTTP::ServerRequest' => [['no object', sub { UniEvent::HTTP::ServerRequest::respond('x', {}) }, 'UniEvent::HTTP::ServerRequest::respond', 'self', "got 'x'", 'expected an object of class UniEvent::HTTP::ServerRequest']],
        'UniEvent::HTTP::ServerResponse' => [['no hash', sub { UniEvent::HTTP::ServerResponse->new('x') }, 'UniEvent::HTTP::ServerResponse->new', 'settings', "got 'x'", $hash],
            ['no data', sub { $_[0]->send_chunk }, 'UniEvent::HTTP::ServerResponse::send_chunk', 'data']],
        'UniEvent::HTTP::Request' => [
            ['no time', sub { $_[0]->connect_timeout('x') }, 'UniEvent::HTTP::Request::connect_timeout', "got 'x'", $seconds],
            ['no hints', sub { $_[0]->tcp_hints('x') }, 'UniEvent::HTTP::Request::tcp_hints', 'value', "got 'x'", $hash],
            ['no sub', sub { UniEvent::HTTP::Request->new({ response_callback => 'x' }) }, 'UniEvent::HTTP::Request->new', 'response_callback', "got 'x'", $code],
            ['no factory', sub { $_[0]->response_factory('x') }, 'UniEvent::HTTP::Request::response_factory', 'response_factory', "got 'x'", $code],
            ['too early', sub { $_[0]->send_chunk('x') }, 'UniEvent::HTTP::Request::send_chunk', 'request is not active'],
        ],
        'UniEvent::HTTP::Response' => [['out of range', sub { UniEvent::HTTP::Response->new({ code => 1000 }) }, 'UniEvent::HTTP::Response->new', 'code', "got '1000'", 'expected an integer from 0 to 999']],
        'UniEvent::HTTP::Client' => [
            ['no request', sub { $_[0]->request('x') }, 'UniEvent::HTTP::Client::request', "got 'x'", 'expected an object of class UniEvent::HTTP::Request'],
            ['a wrong one', sub { $_[0]->request({ uri => 'http://h', timeout => -1 }) }, 'UniEvent::HTTP::Client::request', 'timeout', "got '-1'", $seconds],
            ['a proxy of another kind', sub { $_[0]->request({ uri => 'http://h', proxy => 'ftp://h' }) }, 'UniEvent::HTTP::Client::request', 'proxy', "got 'ftp'", 'socks5'],
        ],
        'UniEvent::HTTP::Pool' => [
            ['no loop', sub { UniEvent::HTTP::Pool::instance('UniEvent::HTTP::Pool', 'x') }, 'UniEvent::HTTP::Pool::instance', 'loop', "got 'x'", $loop],
            ['no time', sub { UniEvent::HTTP::Pool->new({ timeout => 'x' }) }, 'UniEvent::HTTP::Pool->new', 'timeout', "got 'x'", $seconds],
            ['no uri', sub { $_[0]->request({}) }, 'UniEvent::HTTP::Pool::request', 'request must have uri'],
        ],
        'UniEvent::HTTP::UserAgent' => [['no request', sub { $_[0]->request('x') }, 'UniEvent::HTTP::UserAgent::request', 'request', "got 'x'", 'expected an object of class UniEvent::HTTP::Request']],
        'UniEvent::WebSocket::Server' => [
            ['nothing', sub { UniEvent::WebSocket::Server->new }, 'UniEvent::WebSocket::Server->new', '(config, [loop])'],
            ['no hash', sub { UniEvent::WebSocket::Server->new('x') }, 'UniEvent::WebSocket::Server->new', 'config', "got 'x'", $hash],
            ['no loop', sub { UniEvent::WebSocket::Server->new({}, 'x') }, 'UniEvent::WebSocket::Server->new', 'loop', "got 'x'", $loop],
            ['out of range', sub { $_[0]->configure({ deflate => { compression_level => 10 } }) }, 'UniEvent::WebSocket::Server::configure', 'deflate: compression_level', "got '10'", 'expected an integer from -1 to 9'],
            ['no callback', sub { $_[0]->foreach_connection(undef) }, 'UniEvent::WebSocket::Server::foreach_connection', 'callback', 'got undef', $code],
            ['no request', sub { $_[0]->upgrade_connection({}) }, 'UniEvent::WebSocket::Server::upgrade_connection', 'request', 'got a reference to HASH', 'expected an object of class UniEvent::HTTP::ServerRequest'],
            ['run while it runs', sub { my $s = UniEvent::WebSocket::Server->new({}); $s->run for 1 .. 2 }, 'UniEvent::WebSocket::Server::run', 'server is already running'],
            ['no address yet', sub { my $address = $_[0]->sockaddr }, 'UniEvent::WebSocket::Server::sockaddr', 'not connected'],
        ],
        'UniEvent::WebSocket::Connection' => [
            ['no payload', sub { $_[0]->send(opcode => 1) }, 'UniEvent::WebSocket::Connection::send', 'payload is mandatory argument', 'got none'],
            ['an odd list', sub { $_[0]->send('x') }, 'UniEvent::WebSocket::Connection::send', 'Usage Connection::send('],
            ['an opcode of no message', sub { $_[0]->send(payload => '', opcode => 8) }, 'UniEvent::WebSocket::Connection::send', 'opcode', "got '8'", 'a message can be text'],
            ['no sub', sub { $_[0]->send(payload => '', cb => 'x') }, 'UniEvent::WebSocket::Connection::send', 'cb', "got 'x'", $code],
            ['no hash', sub { $_[0]->configure('x') }, 'UniEvent::WebSocket::Connection::configure', 'settings', "got 'x'", $hash],
            ['no handler', sub { $_[0]->message_callback('x') }, 'UniEvent::WebSocket::Connection::message_callback', 'callback', "got 'x'", $code],
            ['no counter', sub { $_[0]->stats_counter('x') }, 'UniEvent::WebSocket::Connection::stats_counter', 'statistics', "got 'x'", 'expected an object of class'],
        ],
        'UniEvent::WebSocket::ServerConnection' => [['no object', sub { UniEvent::WebSocket::ServerConnection::send_accept_response('x', {}) }, 'UniEvent::WebSocket::ServerConnection::send_accept_response', 'self', "got 'x'", 'expected an object of class']],
        'UniEvent::WebSocket::Connection::Statistics' => [['no time', sub { $_[0]->normalized }, 'UniEvent::WebSocket::Connection::Statistics::normalized', 'seconds']],
        'UniEvent::WebSocket::Client' => [
            ['nothing', sub { $_[0]->connect }, 'UniEvent::WebSocket::Client::connect', 'target'],
            ['no host', sub { UniEvent::WebSocket::Client->new->connect('ws:///x') }, 'UniEvent::WebSocket::Client::connect', 'uri', "got 'ws:/", 'no host'],
            ['another scheme', sub { UniEvent::WebSocket::Client->new->connect('http://h') }, 'UniEvent::WebSocket::Client::connect', 'scheme', "got 'http'", "must be 'ws' or 'wss'"],
            ['no time', sub { UniEvent::WebSocket::Client->new->connect({ uri => 'ws://h', timeout => 'x' }) }, 'UniEvent::WebSocket::Client::connect', 'timeout', "got 'x'", $seconds],
        ],
        'UniEvent::WebSocket::ConnectRequest' => [['no context', sub { UniEvent::WebSocket::ConnectRequest->new({ ssl_ctx => 'x' }) }, 'UniEvent::WebSocket::ConnectRequest->new', 'ssl_ctx', "got 'x'", 'expected a UniEvent::SslContext']],
    };
}

1;
