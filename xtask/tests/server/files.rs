use crate::lab::Lab;

#[tokio::test]
async fn the_page_is_served_fresh_and_with_its_types() {
    let lab = Lab::start().await;
    let (status, head, body) = lab.http("GET", "/").await;
    assert_eq!(status, 200);
    assert!(
        head.contains("content-type: text/html; charset=utf-8") && head.contains("cache-control: no-cache"),
        "{head}"
    );
    assert!(body.contains("<title>index</title>"));
    let (_, head, _) = lab.http("GET", "/module.mjs").await;
    assert!(head.contains("content-type: text/javascript"), "{head}");
}

#[tokio::test]
async fn the_package_and_extra_roots_have_their_own_paths() {
    let lab = Lab::start().await;
    assert_eq!(lab.http("GET", "/pkg/server/files.rs").await.0, 200);
    assert_eq!(lab.http("GET", "/source/lib.rs").await.0, 200);
    assert_eq!(lab.http("GET", "/source/none.rs").await.0, 404);
}

#[tokio::test]
async fn no_path_leads_out_of_its_folder() {
    let lab = Lab::start().await;
    for path in [
        "/../files.rs",
        "/%2e%2e/files.rs",
        "/..%2ffiles.rs",
        "/pkg/%2e%2e/Cargo.toml",
        "//etc/passwd",
        "/pkg//etc/passwd",
    ] {
        assert_eq!(lab.http("GET", path).await.0, 404, "{path}");
    }
}

#[tokio::test]
async fn under_csp_the_same_files_come_with_a_policy_that_forbids_webassembly() {
    let lab = Lab::start().await;
    let (status, head, _) = lab.http("GET", "/csp/").await;
    assert_eq!(status, 200);
    assert!(
        head.contains("content-security-policy: script-src 'self' 'unsafe-inline'"),
        "{head}"
    );
    assert_eq!(lab.http("GET", "/csp/pkg/server/files.rs").await.0, 200);
}

#[tokio::test]
async fn blank_is_a_page_without_anything() {
    let (status, _, body) = Lab::start().await.http("GET", "/blank").await;
    assert_eq!((status, body.as_str()), (200, "<!doctype html><title>blank</title>"));
}

#[tokio::test]
async fn a_websocket_path_tells_an_ordinary_request_what_it_speaks() {
    let (status, head, _) = Lab::start().await.http("GET", "/echo").await;
    assert_eq!(status, 426);
    assert!(head.contains("upgrade: websocket"), "{head}");
}
