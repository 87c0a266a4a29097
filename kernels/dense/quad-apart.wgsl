// The left matrix's fours, read by every invocation of a quad: there are no subgroups to hand them round.

fn own(place: u32, along: u32) -> vec4f { return vec4f(); }
fn of_lane0(value: vec4f, place: u32, along: u32) -> vec4f { return left(place, along); }
fn of_lane1(value: vec4f, place: u32, along: u32) -> vec4f { return left(place, along); }
fn of_lane2(value: vec4f, place: u32, along: u32) -> vec4f { return left(place, along); }
fn of_lane3(value: vec4f, place: u32, along: u32) -> vec4f { return left(place, along); }
