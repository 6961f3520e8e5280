package Protocol::HTTP;
use strict;
use warnings;

our $VERSION = '2.0.0';

require Protocol::HTTP::Message;
require Protocol::HTTP::Request;
require Protocol::HTTP::Response;
require Protocol::HTTP::RequestParser;
require Protocol::HTTP::ResponseParser;
require Protocol::HTTP::CookieJar;
require Protocol::HTTP::Compression;
require Protocol::HTTP::Error;

1;
