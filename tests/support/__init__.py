"""What tests share: small tables and marts, the published file, servers, a browser, made-up files."""
