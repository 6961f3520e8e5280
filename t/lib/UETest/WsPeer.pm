# A WebSocket client for tests that run in the server's own loop: a plain UE::Tcp (or UE::Pipe) and the client's parser.
# It shows what came as it came, and never answers by itself.
package UETest::WsPeer;
use 5.016;
use strict;
use warnings;
use Scalar::Util ();
use UniEvent::WebSocket;
use Protocol::WebSocket::Fast ();

# $server: a UE::WebSocket::Server, or anything with sockaddr and loop. Options: uri, headers, ws_protocol, deflate,
# request (bytes to send instead of a handshake), on_open, on_message.
sub new {
    my ($class, $server, %option) = @_;
    my $address = $option{address} // scalar $server->sockaddr;
    my $stream = ($address->is_unix ? 'UniEvent::Pipe' : 'UniEvent::Tcp')->new($option{loop} // $server->loop);
    my $parser = Protocol::WebSocket::Fast::ClientParser->new({deflate => $option{deflate}});
    my $self = bless {
        stream => $stream, parser => $parser, messages => [], raw => '', eof => 0, open => 0, %option,
    }, $class;
    my $request = $option{request} // $parser->connect_request({
        uri => 'ws://localhost' . ($option{uri} // '/'), headers => $option{headers} // {},
        (defined $option{ws_protocol} ? (ws_protocol => $option{ws_protocol}) : ()),
    });
    my $weak = $self;
    Scalar::Util::weaken($weak);
    $stream->use_ssl if $option{tls};
    $stream->read_callback(sub { $weak->_read($_[1]) if $weak && defined $_[1] });
    $stream->eof_callback(sub { $weak->{eof} = 1 if $weak });
    $stream->connect_callback(sub { $weak->{connect_error} = $_[1] if $weak && $_[1] });
    $address->is_unix ? $stream->connect($address->path) : $stream->connect_addr($address);
    $stream->write($request);
    return $self;
}

sub _read {
    my ($self, $bytes) = @_;
    $self->{raw} .= $bytes;
    if (!$self->{open}) {
        return if $self->{request};
        $self->{response} = $self->{parser}->connect($bytes) or return;
        return if $self->{response}->error;
        $self->{open} = 1;
        $self->{on_open}->($self) if $self->{on_open};
        $bytes = '';
    }
    for my $message ($self->{parser}->get_messages($bytes)) {
        push @{ $self->{messages} }, $message;
        $self->{on_message}->($self, $message) if $self->{on_message};
    }
}

sub stream   { $_[0]{stream} }
sub response { $_[0]{response} }
sub raw      { $_[0]{raw} }
sub eof      { $_[0]{eof} }
sub opened   { $_[0]{open} }
sub messages { @{ $_[0]{messages} } }
sub payloads { map { $_->payload // '' } grep { !$_->is_control } $_[0]->messages }

# The close frame, or undef while there is none.
sub close_message { (grep { $_->opcode == 8 } $_[0]->messages)[0] }

sub write     { $_[0]{stream}->write($_[1]) }
sub send_text { $_[0]->write($_[0]{parser}->send_message(payload => $_[1], opcode => 1)) }
sub send_binary { $_[0]->write($_[0]{parser}->send_message(payload => $_[1], opcode => 2)) }
sub send_ping { $_[0]->write($_[0]{parser}->send_ping($_[1] // '')) }
sub send_pong { $_[0]->write($_[0]{parser}->send_pong($_[1] // '')) }
sub send_close { my $self = shift; $self->write($self->{parser}->send_close(@_)) }
sub leave     { $_[0]{stream}->reset }
sub shutdown  { $_[0]{stream}->shutdown }

1;
