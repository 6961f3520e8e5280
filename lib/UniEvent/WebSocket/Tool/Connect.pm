package UniEvent::WebSocket::Tool::Connect;
# uews connect: what is typed or piped in is sent line by line, what comes is shown. Internal.
use 5.016;
use strict;
use warnings;
use UniEvent::WebSocket;
use UniEvent::WebSocket::Tool;
use UniEvent::WebSocket::Tool::Lines;

our $VERSION = '2.0.0';

*clock     = \&UniEvent::WebSocket::Tool::clock;
*printable = \&UniEvent::WebSocket::Tool::printable;

sub options { return qw(header|H=s@ subprotocol|s=s@ binary|b insecure|k ca=s unix=s timeout|t=f wait|w=f quiet|q) }

sub run {
    my ($class, $option, $address, @rest) = @_;
    return UniEvent::WebSocket::Tool::wrong("'$rest[0]' is one argument too many") if @rest;
    my ($uri, $why) = UniEvent::WebSocket::Tool::websocket_uri($address // (defined $option->{unix} ? 'ws://localhost/' : undef));
    return UniEvent::WebSocket::Tool::wrong($why) if $why;
    return UniEvent::WebSocket::Tool::wrong('--unix is for ws:// only') if defined $option->{unix} && $uri =~ /\Awss:/i;
    $why = UniEvent::WebSocket::Tool::out_of_range($option, timeout => [0, 86400], wait => [0, 86400 * 365]);
    return UniEvent::WebSocket::Tool::wrong($why) if $why;
    my %header;
    for (@{$option->{header} || []}) {
        my ($name, $value) = /\A([!#\$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*)\z/
            or return UniEvent::WebSocket::Tool::wrong("--header '$_' is no header; expected 'Name: value'");
        $header{$name} = $value;
    }
    my $self = bless {option => $option, uri => $uri, header => \%header, code => UniEvent::WebSocket::Tool::OK,
        talks => -t STDIN && -t STDOUT, shows => -t STDOUT}, $class;
    binmode STDOUT;
    STDOUT->autoflush(1);
    return $self->talk;
}

sub talk {
    my ($self) = @_;
    my $option = $self->{option};
    my $request = eval { UE::WebSocket::ConnectRequest->new({
        uri => $self->{uri}, unix_path => $option->{unix}, headers => $self->{header}, timeout => $option->{timeout} // 20,
        ssl_ctx => UniEvent::WebSocket::Tool::tls_context($option),
        ($option->{subprotocol} ? (ws_protocol => join ', ', @{$option->{subprotocol}}) : ()),
    }) } or return UniEvent::WebSocket::Tool::failed($@);
    my $client = $self->{client} = UE::WebSocket::Client->new({});
    $client->connect_callback(sub { $self->connected($_[1]) });
    $client->message_callback(sub { $self->message($_[1]) });
    $client->ping_callback(sub { $self->note(join ' ', 'ping', printable($_[1]->payload // '')) });
    $client->pong_callback(sub { $self->pong($_[1]) });
    $client->error_callback(sub { $self->note('error: ' . UniEvent::WebSocket::Tool::reason($_[1])); $self->{code} = UniEvent::WebSocket::Tool::BADLY_CLOSED });
    $client->close_callback(sub { $self->closed($_[1], $_[2]) });
    $self->{interrupt} = UniEvent::WebSocket::Tool::on_interrupt(sub { $self->leave });
    eval { $client->connect($request); 1 } or return UniEvent::WebSocket::Tool::failed($@);
    UE::Loop->default->run;
    $self->{lines}->end if $self->{lines};
    print "\r\e[K" if $self->{talks};
    return $self->{code};
}

sub connected {
    my ($self, $response) = @_;
    if (my $error = $response->error) {
        my $answer = $response->code ? ' (the server answers ' . $response->code . ' ' . printable($response->message // '') . ')' : '';
        $self->{code} = UniEvent::WebSocket::Tool::failed(($self->{option}{unix} // $self->{uri}) . ': ' . UniEvent::WebSocket::Tool::reason($error) . $answer);
        return $self->over;
    }
    my $protocol = length($response->ws_protocol // '') ? ', subprotocol ' . printable($response->ws_protocol) : '';
    $self->note("connected to $self->{uri}" . (defined $self->{option}{unix} ? " at $self->{option}{unix}" : '') . $protocol);
    $self->note('type a line to send it; /ping, /close [CODE [REASON]] and Ctrl-D do what they say') if $self->{talks};
    $self->{lines} = UniEvent::WebSocket::Tool::Lines->new(\*STDIN, sub { $self->line($_[0]) }, sub { $self->input_ended });
    $self->prompt;
    return;
}

# A line was typed or piped in, without its newline.
sub line {
    my ($self, $line) = @_;
    my $client = $self->{client};
    return if !$client->connected;
    if ($self->{talks} && $line =~ m{\A/(?!/)}) { $self->command($line) }
    else {
        $line =~ s{\A//}{/} if $self->{talks};
        if ($self->{option}{binary}) { $client->send_message($line) }
        elsif (utf8::decode(my $copy = $line) || $line !~ /[\x80-\xff]/) { $client->send_text($line) }
        else {
            UniEvent::WebSocket::Tool::failed('a line is not UTF-8 and was not sent; --binary sends any bytes');
            $self->{code} ||= UniEvent::WebSocket::Tool::FAILED if !$self->{talks};
        }
    }
    $self->prompt;
    return;
}

sub command {
    my ($self, $line) = @_;
    if ($line =~ m{\A/ping(?: (.*))?\z}) { return $self->{client}->send_ping($1 // '') }
    if ($line =~ m{\A/close(?: (\d{4})(?: (.*))?)?\z} && (!defined $1 || $1 == 1000 || ($1 >= 3000 && $1 < 5000))) {
        $self->{left} = 1;
        return $self->{client}->close($1 // 1000, $2 // '');
    }
    return $self->note('there are /ping [TEXT] and /close [CODE [REASON]] with 1000 or 3000 to 4999; //text sends /text');
}

# No more input: once the server has answered a ping, everything it said to earlier messages is here.
sub input_ended {
    my ($self) = @_;
    return $self->leave if $self->{talks};
    return if !$self->{client}->connected;
    $self->{last_ping} = "uews $$ " . int rand 1e9;
    $self->{client}->send_ping($self->{last_ping});
    return;
}

sub pong {
    my ($self, $message) = @_;
    return $self->note('pong ' . printable($message->payload // '')) if ($message->payload // '') ne ($self->{last_ping} // "\n");
    my $wait = $self->{option}{wait} // 0;
    return $self->leave if !$wait;
    $self->{waiting} = UE::timer_once($wait, sub { $self->leave });
    return;
}

sub message {
    my ($self, $message) = @_;
    my $payload = $message->payload // '';
    my $text = $message->opcode == UE::WebSocket::OPCODE_TEXT;
    if (!$self->{shows}) { print $payload, $self->{option}{binary} && !$text ? '' : "\n" }
    elsif ($text) { $self->show('< ' . join("\n               ", map { printable($_) } split /\n/, $payload, -1)) }
    else { $self->show('< ' . length($payload) . ' bytes: ' . unpack('H*', substr $payload, 0, 64) . (length $payload > 64 ? '...' : '')) }
    return;
}

sub closed {
    my ($self, $code, $reason) = @_;
    $self->note("closed with $code" . (length $reason ? ' ' . printable($reason) : ''));
    $self->{code} ||= UniEvent::WebSocket::Tool::BADLY_CLOSED if $code != 1000 && $code != 1001 && $code != 1005 && !$self->{left};
    return $self->over;
}

# The user wants to go.
sub leave {
    my ($self) = @_;
    $self->{left} = 1;
    $self->{client}->connected ? $self->{client}->close(1000, '') : do { $self->{client}->close; $self->over };
    return;
}

sub over {
    my ($self) = @_;
    $_ && $_->end for $self->{lines};
    delete @$self{qw(interrupt waiting)};
    return;
}

# A line about the connection: between the messages on a terminal, else on the standard error.
sub note {
    my ($self, $text) = @_;
    return if $self->{option}{quiet};
    return $self->show("* $text") if $self->{shows};
    print STDERR clock(), " * $text\n";
    return;
}

sub show {
    my ($self, $text) = @_;
    print $self->{talks} ? "\r\e[K" : '', clock(), " $text\n";
    $self->prompt;
    return;
}

sub prompt {
    my ($self) = @_;
    print '> ' if $self->{talks} && $self->{lines} && $self->{client}->connected;
    return;
}

1;
